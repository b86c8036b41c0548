import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { SwitchComponent } from '@shared/field/switch.component';
import { CountPipe, DatePipe } from '@shared/format/format.pipes';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Flag } from '../admin.model';
import { AdminWords } from '../admin.words';

/** The features of the product, each with what goes away without it. */
@Component({
  selector: 'crm-flags',
  imports: [TranslatePipe, CountPipe, DatePipe, PageHeaderComponent, ProblemComponent, SkeletonComponent, SwitchComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'admin.features.title' | translate" [subtitle]="'admin.features.text' | translate">
        @if (flags.hasValue()) { <span slot="actions" class="crm-muted" role="status">{{ (off() === 0 ? 'admin.features.allOn' : 'admin.features.off') | translate: { count: off() | crmCount } }}</span> }
      </crm-page-header>
      @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="flags.reload()" /> }
      @else if (flags.hasValue()) {
        <ul class="crm-card">
          @for (flag of sorted(); track flag.key) {
            <li [attr.data-flag]="flag.key" [class.off]="!flag.enabled">
              <div class="words"><h2>{{ nameOf(flag) }}</h2><p class="crm-muted">{{ textOf(flag) }}</p><p class="meta"><code dir="ltr">{{ flag.key }}</code> · {{ 'admin.features.since' | translate: { date: flag.updated_at | crmDate } }}</p></div>
              <span class="state" aria-hidden="true">{{ (flag.enabled ? 'security.on' : 'security.off') | translate }}</span>
              <crm-switch [on]="flag.enabled" [label]="nameOf(flag)" [busy]="busy() === flag.key" (turned)="turn(flag, $event)" />
            </li>
          }
        </ul>
      } @else { <crm-skeleton [height]="480" /> }
    </div>
  `,
  styles: `
    li { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; align-items: center; gap: var(--crm-3); padding: var(--crm-3) var(--crm-4); border-block-end: 1px solid var(--crm-border); } li:last-child { border: 0; } h2 { font-size: var(--crm-text-14); }
    .words { display: grid; gap: 2px; min-inline-size: 0; } .meta { font-size: var(--crm-text-12); color: var(--crm-text-3); } code { font: 400 var(--crm-text-12) var(--crm-font); overflow-wrap: anywhere; } .state { font-size: var(--crm-text-13); color: var(--crm-text-2); } .off { background: var(--crm-sunken); } li:first-child.off { border-radius: var(--crm-radius-large) var(--crm-radius-large) 0 0; }
  `,
})
export class FlagsComponent {
  private readonly api = inject(ApiClient);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  protected readonly words = inject(AdminWords);

  protected readonly flags = resource({ loader: async () => (await this.api.get<Page<Flag>>('flags')).items });
  protected readonly problem = computed(() => (this.flags.error() ? toProblem(this.flags.error()?.cause ?? this.flags.error()) : null));
  private readonly list = computed(() => (this.flags.hasValue() ? this.flags.value() : []));
  protected readonly sorted = computed(() => [...this.list()].sort((one, two) => this.nameOf(one).localeCompare(this.nameOf(two), this.locale.language())));
  protected readonly off = computed(() => this.list().filter((flag) => !flag.enabled).length);
  protected readonly busy = signal<string | null>(null);

  /** A feature that has no words yet is called by its key and told by the API's own sentence. */
  protected nameOf({ key }: Flag): string {
    return this.known(`admin.flag.${key.replace('crm_feature_', '')}.name`, key);
  }

  protected textOf({ key, description }: Flag): string {
    return this.known(`admin.flag.${key.replace('crm_feature_', '')}.text`, description);
  }

  protected async turn(flag: Flag, on: boolean): Promise<void> {
    const name = this.nameOf(flag);
    if (!on && !(await this.confirm.ask({ title: this.words.text('admin.features.offTitle', { name }), text: `${this.textOf(flag)}\n${this.words.text('admin.features.offText')}`, action: this.words.text('admin.features.turnOff'), danger: true }))) return;
    if (!(await this.put(flag.key, on))) return;
    if (await this.notice.undoable(this.words.text(on ? 'admin.features.nowOn' : 'admin.features.nowOff', { name }))) await this.put(flag.key, !on);
  }

  /** The switch shows at once what is wanted, and goes back where it is refused. */
  private async put(key: string, enabled: boolean): Promise<boolean> {
    const before = this.list();
    this.busy.set(key);
    this.flags.set(before.map((flag) => (flag.key === key ? { ...flag, enabled } : flag)));
    try {
      const turned = await this.api.patch<Flag>(`flags/${key}`, { enabled });
      this.flags.update((list) => list?.map((flag) => (flag.key === key ? turned : flag)));
      // Navigation and pages follow without a reload.
      await this.session.load();
      return true;
    } catch (error) {
      this.flags.set(before);
      this.notice.fail(error);
      return false;
    } finally {
      this.busy.set(null);
    }
  }

  private known(key: string, otherwise: string): string {
    const text = this.words.text(key);
    return text === key ? otherwise : text;
  }
}
