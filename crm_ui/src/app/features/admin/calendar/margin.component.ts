import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal, resource, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Tagged } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { NoticeService } from '@shared/dialog/notice.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { plainNumber } from '@shared/record/names';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminWords } from '../admin.words';

/** What figures take from the business, as the API has it: a share above 0 and up to 1, null where nobody has said. */
interface Business {
  readonly gross_margin: number | null;
}

/** A share in per cent as one types it; empty for none. */
const written = (share: number | null): string => (share === null ? '' : String(Number((share * 100).toFixed(2))));

/** What was typed in per cent as a share; undefined where it is none. */
export function shareOf(typed: string): number | null | undefined {
  const plain = plainNumber(typed.replace(/[%\u066a]/g, ''));
  if (plain === null) return null;
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(plain)) return undefined;
  const share = Number((Number(plain) / 100).toFixed(4));
  return share > 0 && share <= 1 ? share : undefined;
}

/** Sets the gross margin that payback and lifetime value are computed with. */
@Component({
  selector: 'crm-margin',
  imports: [TranslatePipe, ControlDirective, FieldComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (failure(); as problem) { <crm-problem [problem]="problem" [inline]="true" (retry)="stored.reload()" /> }
    @else if (stored.hasValue()) {
      <form class="crm-card" novalidate (submit)="save($event)" aria-labelledby="crm-margin-title">
        <h2 id="crm-margin-title">{{ 'admin.margin.title' | translate }}</h2>
        <crm-field [label]="'admin.margin.label' | translate" [hint]="'admin.margin.hint' | translate" name="gross_margin" [problem]="refused()" [error]="tried() && share() === undefined ? ('admin.margin.wrong' | translate) : null">
          <input crmControl data-test="margin" type="text" inputmode="decimal" dir="ltr" autocomplete="off" [value]="typed()" (input)="typed.set($any($event.target).value)" />
        </crm-field>
        <div class="do"><button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="!changed() || saving()">{{ 'shared.save' | translate }}</button></div>
      </form>
    } @else { <crm-skeleton [height]="140" /> }
  `,
  styles: `:host { display: block; margin-block-start: var(--crm-4); } form { display: grid; gap: var(--crm-4); padding: var(--crm-4); max-inline-size: 560px; } h2 { font-size: var(--crm-text-16); } input { text-align: start; } .do { display: flex; justify-content: flex-end; }`,
})
export class MarginComponent {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  private readonly words = inject(AdminWords);

  protected readonly stored = resource<Tagged<Business>, undefined>({ loader: () => this.api.tagged<Business>('settings/business') });
  protected readonly failure = computed(() => (this.stored.error() ? toProblem(this.stored.error()?.cause ?? this.stored.error()) : null));
  protected readonly refused = signal<Problem | null>(null);
  protected readonly saving = signal(false);
  protected readonly tried = signal(false);
  private readonly before = computed(() => (this.stored.hasValue() ? this.stored.value().body.gross_margin : null));
  protected readonly typed = linkedSignal(() => written(this.before()));
  protected readonly share = computed(() => shareOf(this.typed()));
  protected readonly changed = computed(() => this.share() !== this.before());

  /** Sends the margin, unless someone else changed it meanwhile. */
  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.tried.set(true);
    const share = this.share();
    if (share === undefined || !this.changed() || this.saving() || !this.stored.hasValue()) return;
    this.saving.set(true);
    this.refused.set(null);
    try {
      await this.api.patch<Business>('settings/business', { gross_margin: share }, this.stored.value().tag);
      this.notice.say(this.words.text('admin.margin.saved'));
      this.stored.reload();
    } catch (error) {
      this.refused.set(toProblem(error));
      this.notice.fail(error);
    } finally {
      this.saving.set(false);
    }
  }
}
