import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { formatDate } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { AlertWords } from '@shared/alert/alert.words';
import { ChipComponent, Tone } from '@shared/chip/chip.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { SwitchComponent } from '@shared/field/switch.component';
import { CountPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { RowWork } from '@shared/record/row.work';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Cadence, Delivery, hourName, Schedule, ScheduleFile, weekdayName } from '@shared/schedule/schedule.model';
import { ScheduleOpener } from '@shared/schedule/schedule.opener';

const TONES: Readonly<Record<Delivery['state'], Tone>> = { queued: 'accent', making: 'accent', sending: 'accent', sent: 'won', failed: 'lost', refused: 'lost', uncertain: 'risk' };
const FORMATS: Readonly<Record<ScheduleFile, string>> = { csv: 'CSV', xlsx: 'Excel', pdf: 'PDF' };
/** While a mail is on its way its state is looked at again this often. */
const AGAIN_MS = 2500;

/** The person's dashboards and reports by e-mail: when and to whom, what was sent, and what can be done with them. */
@Component({
  selector: 'crm-schedules',
  imports: [RouterLink, TranslatePipe, ChipComponent, CountPipe, EmptyComponent, IconComponent, PageHeaderComponent, ProblemComponent, RelativePipe, SkeletonComponent, SwitchComponent],
  providers: [RowWork],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'schedules.title' | translate" [subtitle]="'schedules.text' | translate">
        <a slot="actions" class="crm-button" routerLink="/me/mails"><crm-icon name="inbox" [size]="16" />{{ 'schedules.inbox' | translate }}</a>
        @if (mayWrite()) { <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="open(null)" data-test="new-schedule"><crm-icon name="plus" [size]="16" />{{ 'schedules.new' | translate }}</button> }
      </crm-page-header>
      @if (failure(); as problem) { <crm-problem [problem]="problem" (retry)="stored.reload()" /> }
      @else if (stored.hasValue()) {
        <ul class="all">
          @for (one of items(); track one.id) {
            <li class="crm-card">
              <div class="words">
                <p class="line"><strong><bdi>{{ one.name }}</bdi></strong><crm-chip [tone]="!one.is_enabled ? 'stale' : one.problem ? 'risk' : 'won'">{{ (one.is_enabled ? 'schedules.active' : 'schedules.paused') | translate }}</crm-chip></p>
                <p class="line"><crm-icon [name]="one.report ? 'table' : 'layout-list'" [size]="15" /><span><span class="crm-visually-hidden">{{ (one.report ? 'schedules.report' : 'schedules.dashboard') | translate }}: </span>@if (one.report; as report) { <a [routerLink]="['/reports', report.id]"><bdi>{{ nameOf(one) }}</bdi></a> } @else { <bdi>{{ nameOf(one) }}</bdi> } · {{ when(one.cadence) }} · {{ 'schedules.languages.' + one.locale | translate }}@for (file of one.files; track file) { · {{ formats[file] }} }</span></p>
                <p class="crm-muted">{{ 'schedules.to' | translate: { names: names(one) } }}@if (one.next_run_at; as at) { · {{ 'schedules.next' | translate: { time: time(at) } }} }</p>
                @if (one.problem) { <p class="bad">{{ words.problem(one.problem) }}</p> }
              </div>
              <div class="do">
                @if (mayWrite()) {
                  <crm-switch [on]="one.is_enabled" [busy]="busy() === one.id" [label]="('schedules.turn' | translate) + ': ' + one.name" (turned)="turn(one, $event)" />
                  <button type="button" class="crm-button crm-button--small" (click)="send(one)" data-test="send-now"><crm-icon name="send" [size]="15" />{{ 'schedules.send' | translate }}<span class="crm-visually-hidden">: {{ one.name }}</span></button>
                }
                <button type="button" class="crm-icon-button" (click)="look(one.id)" [attr.aria-expanded]="shown() === one.id" [attr.aria-label]="('schedules.history' | translate) + ': ' + one.name" [title]="'schedules.history' | translate" data-test="history"><crm-icon name="history" [size]="17" /></button>
                @if (mayWrite()) {
                  <button type="button" class="crm-icon-button" (click)="open(one)" [attr.aria-label]="('schedules.edit' | translate) + ': ' + one.name" [title]="'schedules.edit' | translate"><crm-icon name="pencil" [size]="17" /></button>
                  <button type="button" class="crm-icon-button" (click)="remove(one)" [attr.aria-label]="('schedules.delete' | translate) + ': ' + one.name" [title]="'schedules.delete' | translate"><crm-icon name="trash" [size]="17" /></button>
                }
              </div>
              @if (shown() === one.id) {
                <ul class="sent" [attr.aria-label]="'schedules.history' | translate">
                  @for (mail of deliveries(); track mail.id) {
                    <li><crm-chip [tone]="tones[mail.state]">{{ 'schedules.state.' + mail.state | translate }}</crm-chip><bdi>{{ mail.recipient.name }}</bdi><span class="crm-muted">{{ mail.run_at | crmRelative }}@if (mail.trigger === 'person') { · {{ 'schedules.byHand' | translate }} } · {{ 'schedules.filesCount' | translate: { count: mail.files.length | crmCount } }}@if (mail.watermark; as mark) { · {{ 'schedules.position' | translate: { time: time(mark.committed_at) } }} }</span>@if (mail.problem) { <span class="bad">{{ words.problem(mail.problem) }}</span> }</li>
                  } @empty { <li class="crm-muted">{{ 'schedules.noHistory' | translate }}</li> }
                </ul>
              }
            </li>
          } @empty { <li class="crm-card none"><crm-empty icon="send" [title]="'schedules.none' | translate" [text]="'schedules.noneText' | translate">@if (mayWrite()) { <button type="button" class="crm-button" (click)="open(null)">{{ 'schedules.new' | translate }}</button> }</crm-empty></li> }
        </ul>
      } @else { <crm-skeleton [height]="88" /><crm-skeleton [height]="88" /> }
    </div>
  `,
  styles: `
    ul { display: grid; gap: var(--crm-3); margin: 0; padding: 0; list-style: none; } .all > li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: var(--crm-2) var(--crm-6); align-items: center; padding: var(--crm-3) var(--crm-4); font-size: var(--crm-text-13); } .all > li.none { display: block; }
    .words { display: grid; gap: 2px; min-inline-size: 0; } .line { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2); font-size: var(--crm-text-14); } strong { font-weight: 600; overflow-wrap: anywhere; } .bad { color: var(--crm-risk); } .do { display: flex; align-items: center; gap: 2px; } crm-switch, .do .crm-button { margin-inline-end: var(--crm-2); }
    .sent { grid-column: 1 / -1; gap: 0; border-block-start: 1px solid var(--crm-border); } .sent li { display: flex; flex-wrap: wrap; align-items: center; gap: 2px var(--crm-3); padding-block: var(--crm-2); border-block-end: 1px solid var(--crm-border); } .sent li:last-child { border: 0; }
    @media (max-width: 720px) { .all > li { grid-template-columns: minmax(0, 1fr); } .do { justify-content: space-between; border-block-start: 1px solid var(--crm-border); padding-block-start: var(--crm-2); } }
  `,
})
export class SchedulesComponent {
  private readonly work = inject(RowWork);
  private readonly api = inject(ApiClient);
  private readonly confirm = inject(ConfirmService);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly opener = inject(ScheduleOpener);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AlertWords);
  protected readonly tones = TONES;
  protected readonly formats = FORMATS;
  protected readonly mayWrite = computed(() => this.session.can('schedules', 'write'));
  protected readonly busy = this.work.busy;
  protected readonly shown = signal<string | null>(null);
  protected readonly deliveries = signal<readonly Delivery[]>([]);
  protected readonly stored = resource({ loader: () => this.api.get<Page<Schedule>>('schedules') });
  protected readonly items = computed(() => (this.stored.hasValue() ? this.stored.value().items : []));
  protected readonly failure = computed(() => (this.stored.error() ? toProblem(this.stored.error()?.cause ?? this.stored.error()) : null));
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected nameOf({ dashboard, report }: Schedule): string {
    const of = report ?? dashboard;
    return ((this.locale.language() === 'ar' && of?.name_ar) || of?.name) ?? '';
  }

  protected names({ recipients }: Schedule): string {
    return new Intl.ListFormat(this.locale.tag()).format(recipients.map(({ name }) => name));
  }

  protected time(at: string): string {
    return formatDate(at, this.locale.tag(), 'datetime');
  }

  protected when(cadence: Cadence): string {
    const tag = this.locale.tag();
    return this.words.text(`schedules.when.${cadence.every}`, { time: hourName(cadence.hour, tag), weekday: cadence.every === 'week' ? weekdayName(cadence.weekday, tag) : '', day: cadence.every === 'month' ? new Intl.NumberFormat(tag).format(cadence.day) : '' });
  }

  protected async open(one: Schedule | null): Promise<void> {
    try {
      if (!await this.opener.open({ schedule: one ? await this.api.tagged<Schedule>(`schedules/${one.id}`) : null, report: null })) return;
      this.notice.say(this.words.text('schedules.saved'));
      this.stored.reload();
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected turn(one: Schedule, on: boolean): Promise<void> {
    return this.act(one, async () => { await this.api.patch(`schedules/${one.id}`, { is_enabled: on }); });
  }

  protected async send(one: Schedule): Promise<void> {
    await this.act(one, async () => {
      await this.api.post(`schedules/${one.id}/send`, {});
      this.notice.say(this.words.text('schedules.sendStarted'));
      this.shown.set(one.id);
      await this.follow(one.id);
    });
  }

  protected async look(id: string): Promise<void> {
    this.shown.update((shown) => (shown === id ? null : id));
    this.deliveries.set([]);
    if (this.shown() === id) await this.follow(id).catch((error: unknown) => { this.notice.fail(error); });
  }

  protected async remove(one: Schedule): Promise<void> {
    const agreed = await this.confirm.ask({ title: this.words.text('schedules.deleteTitle', { name: one.name }), text: this.words.text('schedules.deleteText'), action: this.words.text('schedules.delete'), danger: true });
    if (agreed) await this.act(one, () => this.api.remove(`schedules/${one.id}`));
  }

  /** Reads what was sent, and again while something is on its way. */
  private async follow(id: string): Promise<void> {
    clearTimeout(this.timer);
    const { items } = await this.api.get<Page<Delivery>>(`schedules/${id}/deliveries`);
    if (this.shown() !== id) return;
    this.deliveries.set(items);
    if (items.some(({ state }) => state === 'queued' || state === 'making' || state === 'sending')) this.timer = setTimeout(() => void this.follow(id).catch(() => undefined), AGAIN_MS);
  }

  private act(one: Schedule, work: () => Promise<void>): Promise<void> {
    return this.work.run(one.id, work, () => this.stored.reload());
  }
}
