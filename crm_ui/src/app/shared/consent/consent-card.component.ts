import { ChangeDetectionStrategy, Component, computed, inject, input, output, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { ChipComponent } from '../chip/chip.component';
import { DatePipe } from '../format/format.pipes';
import { IconComponent } from '../icon/icon.component';
import { localName } from '../record/names';
import { ProblemComponent, SkeletonComponent } from '../states/states.component';
import { ConsentForm } from './consent.form';
import { ConsentPurpose, PersonConsents, toneOfConsent } from './consent.model';

/** What a person agreed to and withdrew, with the proof of each statement, and a way to record another. */
@Component({
  selector: 'crm-consent-card',
  imports: [TranslatePipe, ChipComponent, DatePipe, IconComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2>{{ 'consent.title' | translate }}</h2>
      @if (mayWrite() && shown()) { <button type="button" class="crm-button crm-button--small" (click)="record()" data-test="record"><crm-icon name="plus" [size]="14" />{{ 'consent.record' | translate }}</button> }
    </header>
    @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="data.reload()" /> }
    @if (shown(); as all) {
      @for (group of groups(); track group.purpose.key) {
        <h3><bdi>{{ nameOf(group.purpose) }}</bdi></h3>
        <ul>
          @for (one of group.states; track one.channel) {
            <li [attr.data-consent]="one.purpose + ':' + one.channel">
              <span class="channel">{{ 'consent.channel.' + one.channel | translate }}</span>
              <span class="state"><crm-chip [tone]="tone(one.state)">{{ 'consent.state.' + one.state | translate }}</crm-chip>@if (one.since) { <span class="crm-muted">{{ one.since | crmDate }}</span> }</span>
              @if (mayWrite() && one.state === 'granted') { <button type="button" class="crm-button crm-button--ghost crm-button--small" (click)="record(one.purpose + ':' + one.channel, 'withdrawn')" [attr.aria-label]="('consent.withdraw' | translate) + ': ' + nameOf(group.purpose) + ' · ' + ('consent.channel.' + one.channel | translate)">{{ 'consent.withdraw' | translate }}</button> }
            </li>
          }
        </ul>
      }
      @if (all.history.length) {
        <details>
          <summary>{{ 'consent.history' | translate }}</summary>
          <ol>
            @for (one of all.history; track one.id) {
              <li>
                <p><strong>{{ 'consent.state.' + one.state | translate }}</strong> · <bdi>{{ purposeName(one.purpose) }}</bdi> · {{ 'consent.channel.' + one.channel | translate }}</p>
                <p class="crm-muted">{{ one.occurred_at | crmDate: 'datetime' }} · {{ 'consent.source.' + one.source | translate }} · {{ 'consent.basis.' + one.legal_basis | translate }}@if (one.actor; as who) { · <bdi>{{ who.name }}</bdi> }</p>
                @if (one.expires_at) { <p class="crm-muted">{{ 'consent.until' | translate }} {{ one.expires_at | crmDate }}</p> }
                @if (one.wording_version || one.wording_hash) { <p class="crm-muted">{{ 'consent.wording' | translate }}: <bdi>{{ one.wording_version ?? '–' }}</bdi>@if (one.wording_hash; as hash) { · <code dir="ltr" [title]="hash">{{ hash.slice(0, 12) }}…</code> }</p> }
                @if (one.reference) { <p class="crm-muted">{{ 'consent.reference' | translate }}: <bdi>{{ one.reference }}</bdi></p> }
                @if (one.ip) { <p class="crm-muted"><bdi dir="ltr">{{ one.ip }}</bdi></p> }
              </li>
            }
          </ol>
        </details>
      }
    } @else if (data.isLoading()) { <crm-skeleton [lines]="4" /> }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); } header { display: flex; align-items: center; justify-content: space-between; gap: var(--crm-2); } h3 { margin-block-start: var(--crm-2); font-size: var(--crm-text-13); color: var(--crm-text-2); font-weight: 500; }
    ul > li { display: grid; grid-template-columns: minmax(0, 88px) minmax(0, 1fr) auto; align-items: center; gap: var(--crm-2); min-block-size: 32px; } .channel { font-size: var(--crm-text-13); } .state { display: flex; flex-wrap: wrap; align-items: center; gap: 2px var(--crm-2); min-inline-size: 0; } .state .crm-muted, ol .crm-muted { font-size: var(--crm-text-12); }
    summary { cursor: pointer; inline-size: fit-content; padding-block: var(--crm-2); color: var(--crm-text-2); font-size: var(--crm-text-13); } ol { display: grid; gap: var(--crm-3); max-block-size: 420px; overflow-y: auto; } ol li { padding-inline-start: var(--crm-3); border-inline-start: 2px solid var(--crm-border); overflow-wrap: anywhere; } strong { font-weight: 500; } code { font: 400 var(--crm-text-12) ui-monospace, monospace; }
  `,
})
export class ConsentCardComponent {
  private readonly api = inject(ApiClient);
  private readonly form = inject(ConsentForm);
  private readonly locale = inject(LocaleService);
  /** The record in the API, such as `contacts/<id>`. */
  readonly path = input.required<string>();
  /** Whether statements may be recorded. */
  readonly mayWrite = input(false);
  /** Another number reads again, as after a change of the record's own fields. */
  readonly version = input(0);
  /** Something was recorded: fields and story of the record follow. */
  readonly recorded = output();

  protected readonly data = resource({
    params: () => ({ path: this.path(), version: this.version() }),
    loader: async ({ params }) => {
      const [consents, purposes] = await Promise.all([this.api.get<PersonConsents>(`${params.path}/consents`), this.api.get<Page<ConsentPurpose>>('consent-purposes')]);
      return { consents, purposes: purposes.items };
    },
  });
  private readonly loaded = computed(() => (this.data.hasValue() ? this.data.value() : null));
  protected readonly shown = computed(() => this.loaded()?.consents ?? null);
  protected readonly problem = computed(() => (this.data.error() ? toProblem(this.data.error()?.cause ?? this.data.error()) : null));
  protected readonly groups = computed(() => (this.loaded()?.purposes ?? []).map((purpose) => ({ purpose, states: (this.shown()?.current ?? []).filter((one) => one.purpose === purpose.key) })).filter((group) => group.states.length > 0));
  protected readonly tone = toneOfConsent;

  protected nameOf(purpose: ConsentPurpose): string {
    return localName(this.locale.language(), purpose);
  }

  /** A purpose that was ended still has its statements; its key is all that is left to show. */
  protected purposeName(key: string): string {
    const purpose = this.loaded()?.purposes.find((one) => one.key === key);
    return purpose ? this.nameOf(purpose) : key;
  }

  protected async record(about?: string, state?: string): Promise<void> {
    const made = await this.form.record(`${this.path()}/consents`, this.loaded()?.purposes ?? [], { about, state });
    if (!made) return;
    this.data.reload();
    this.recorded.emit();
  }
}
