import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { CountPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { plainNumber } from '@shared/record/names';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { RetentionPolicy } from '../admin.model';
import { AdminWords } from '../admin.words';

/** Tables whose history grows without end unless somebody says otherwise. */
const TABLES = ['crm_activities', 'crm_timeline', 'crm_audit_log', 'crm_touches', 'crm_contacts', 'crm_leads', 'crm_accounts', 'crm_deals', 'crm_tickets', 'crm_quotes', 'crm_invoices', 'crm_subscriptions', 'crm_campaigns', 'crm_imports', 'crm_deal_scores', 'crm_account_scores', 'crm_users'];

/** How long the history of tables is kept; those without a line keep all. */
@Component({
  selector: 'crm-retention',
  imports: [TranslatePipe, ControlDirective, CountPipe, EmptyComponent, FieldComponent, IconComponent, ProblemComponent, RelativePipe, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="crm-card">
      <p class="crm-muted">{{ 'admin.privacy.retentionText' | translate }}</p>
      @if (problem() ?? unread(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="problem() === null" (retry)="list.reload()" /> }
      @if (list.hasValue()) {
        @if (policies().length === 0) { <crm-empty icon="history" [title]="'admin.privacy.keepsAll' | translate" [text]="'admin.privacy.keepsAllText' | translate" /> }
        <ul>
          @for (policy of policies(); track policy.table_name) {
            <li [attr.data-table]="policy.table_name"><strong>{{ words.table(policy.table_name) }}</strong><span>{{ 'admin.privacy.days' | translate: { count: policy.keep_days | crmCount } }}</span><span class="crm-muted">{{ 'record.fields.updated_at' | translate }} {{ policy.updated_at | crmRelative }}</span>
              @if (mayWrite()) { <button type="button" class="crm-button crm-button--small crm-button--ghost" (click)="end(policy)" [attr.aria-label]="('admin.privacy.endPolicy' | translate) + ': ' + words.table(policy.table_name)">{{ 'admin.privacy.endPolicy' | translate }}</button> }</li>
          }
        </ul>
        @if (mayWrite()) {
          <form novalidate (submit)="$event.preventDefault(); put()">
            <crm-field [label]="'admin.privacy.table' | translate"><select crmControl (change)="table.set($any($event.target).value)" data-test="table">@for (one of tables(); track one.value) { <option [value]="one.value" [selected]="one.value === table()">{{ one.label }}</option> }</select></crm-field>
            <crm-field [label]="'admin.privacy.keep' | translate" [error]="wrong() ? ('admin.privacy.keepWrong' | translate) : null"><input crmControl type="text" inputmode="numeric" dir="ltr" autocomplete="off" name="days" [value]="days()" (input)="days.set($any($event.target).value); wrong.set(false)" /></crm-field>
            <button type="submit" class="crm-button" [attr.aria-disabled]="busy()"><crm-icon name="check" [size]="16" />{{ 'shared.apply' | translate }}</button>
          </form>
        }
      } @else if (list.isLoading()) { <crm-skeleton [lines]="4" /> }
    </section>
  `,
  styles: `
    section { display: grid; gap: var(--crm-3); padding: var(--crm-4); } li { display: grid; grid-template-columns: minmax(140px, 1fr) minmax(110px, 1fr) minmax(150px, 1fr) auto; align-items: center; gap: var(--crm-3); min-block-size: 44px; border-block-start: 1px solid var(--crm-border); } strong { font-weight: 500; } li .crm-muted { font-size: var(--crm-text-13); }
    form { display: grid; grid-template-columns: minmax(0, 260px) minmax(0, 180px) auto; gap: var(--crm-3); align-items: start; justify-content: start; padding-block-start: var(--crm-3); border-block-start: 1px solid var(--crm-border); } form button { margin-block-start: 22px; } .crm-input { text-align: start; }
    @media (max-width: 720px) { li { grid-template-columns: 1fr auto; padding-block: var(--crm-2); } form { grid-template-columns: minmax(0, 1fr); } form button { margin: 0; } }
  `,
})
export class RetentionComponent {
  private readonly api = inject(ApiClient);
  private readonly confirm = inject(ConfirmService);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AdminWords);
  protected readonly list = resource({ loader: async () => (await this.api.get<Page<RetentionPolicy>>('privacy/retention')).items });
  protected readonly policies = computed(() => (this.list.hasValue() ? this.list.value() : []));
  protected readonly unread = computed(() => (this.list.error() ? toProblem(this.list.error()?.cause ?? this.list.error()) : null));
  protected readonly mayWrite = computed(() => this.session.can('privacy', 'write'));
  protected readonly tables = computed(() => [...new Set([...TABLES, ...this.policies().map((policy) => policy.table_name)])].map((value) => ({ value, label: this.words.table(value) })));
  protected readonly table = signal(TABLES[0] ?? '');
  protected readonly days = signal('');
  protected readonly wrong = signal(false);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);

  protected async put(): Promise<void> {
    const days = Number(plainNumber(this.days()) ?? Number.NaN);
    this.wrong.set(!Number.isInteger(days) || days < 1 || days > 36_500);
    if (this.wrong()) return;
    const [table, count] = [this.words.table(this.table()), this.words.text('admin.privacy.days', { count: { value: days, text: this.words.number(days) } })];
    // What is older goes for good, in the warehouse too.
    if (!(await this.confirm.ask({ title: this.words.text('admin.privacy.keepTitle', { table }), text: this.words.text('admin.privacy.keepText', { days: count }), action: this.words.text('shared.apply'), danger: true }))) return;
    await this.run(() => this.api.put(`privacy/retention/${this.table()}`, { keep_days: days }));
    this.days.set('');
  }

  protected end(policy: RetentionPolicy): Promise<void> {
    return this.run(() => this.api.remove(`privacy/retention/${policy.table_name}`));
  }

  private async run(work: () => Promise<unknown>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await work();
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
      this.list.reload();
    }
  }
}
