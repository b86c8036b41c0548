import { ChangeDetectionStrategy, Component, computed, DestroyRef, effect, inject, resource, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page, Reference } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { saveFile } from '@core/save.file';
import { ChipComponent, Tone } from '@shared/chip/chip.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { CountPipe, DatePipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ReferencePickerComponent } from '@shared/record/reference-picker.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AccessExport, SUBJECT_TYPES, SubjectType } from '../admin.model';

const AGAIN_MS = 2000;

/** Requests of persons for their data: asking, how far it is, the file. */
@Component({
  selector: 'crm-access',
  imports: [TranslatePipe, ChipComponent, ControlDirective, CountPipe, DatePipe, EmptyComponent, FieldComponent, IconComponent, ProblemComponent, ReferencePickerComponent, RelativePipe, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (mayAsk()) {
      <section class="crm-card">
        <h2>{{ 'admin.privacy.access.new' | translate }}</h2><p class="crm-muted">{{ 'admin.privacy.access.text' | translate }}</p>
        @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
        <form novalidate (submit)="$event.preventDefault(); ask()">
          <crm-field [label]="'admin.privacy.kind' | translate"><select crmControl (change)="kind.set($any($event.target).value); subject.set(null)" name="kind">@for (one of types(); track one) { <option [value]="one" [selected]="one === kind()">{{ 'admin.subject.' + one | translate }}</option> }</select></crm-field>
          <crm-field [label]="'admin.privacy.person' | translate"><crm-reference-picker [resource]="kind() + 's'" [value]="subject()" (chosen)="subject.set($event)" /></crm-field>
          <crm-field [label]="'admin.privacy.access.language' | translate"><select crmControl (change)="language.set($any($event.target).value)" name="language">@for (one of languages; track one) { <option [value]="one" [selected]="one === language()">{{ 'record.language.' + one | translate }}</option> }</select></crm-field>
          <button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="busy() || !subject()" data-test="ask">{{ 'admin.privacy.access.ask' | translate }}</button>
        </form>
      </section>
    }
    <section class="crm-card">
      @if (unread(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="list.reload()" /> }
      @if (list.hasValue()) {
        <ul>
          @for (one of list.value(); track one.id) {
            <li [attr.data-export]="one.id">
              <div><strong>{{ 'admin.subject.' + one.subject_type | translate }}</strong> <code dir="ltr">…{{ one.subject_id.slice(-8) }}</code><p class="crm-muted">{{ one.created_at | crmRelative }} · {{ 'admin.privacy.access.files' | translate: { count: rows(one) | crmCount } }}@if (one.status === 'done' && one.expires_at) { · {{ 'admin.privacy.access.until' | translate: { date: one.expires_at | crmDate } }} }</p>
                @if (one.status === 'failed') { <p class="crm-muted">{{ 'admin.privacy.access.failed' | translate }}</p> }</div>
              <crm-chip [tone]="tone(one)">{{ 'admin.privacy.access.state.' + one.status | translate }}</crm-chip>
              @if (mayDownload() && one.status === 'done') { <button type="button" class="crm-button crm-button--small" (click)="download(one)"><crm-icon name="download" [size]="15" />{{ 'admin.privacy.access.download' | translate }}</button> }
            </li>
          } @empty { <crm-empty icon="file-text" [title]="'admin.privacy.access.none' | translate" [text]="'admin.privacy.access.noneText' | translate" /> }
        </ul>
      } @else if (list.isLoading()) { <crm-skeleton [lines]="4" /> }
    </section>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-4); } section { display: grid; gap: var(--crm-3); padding: var(--crm-4); } form { display: grid; grid-template-columns: minmax(0, 160px) minmax(0, 320px) minmax(0, 200px) auto; gap: var(--crm-3); align-items: start; justify-content: start; } form button { margin-block-start: 22px; }
    li { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; align-items: center; gap: var(--crm-3); min-block-size: 52px; padding-block: var(--crm-2); border-block-start: 1px solid var(--crm-border); } li:first-child { border: 0; } strong { font-weight: 500; } code { margin-inline-start: 6px; font: 400 var(--crm-text-12) var(--crm-font); color: var(--crm-text-2); } .crm-muted { font-size: var(--crm-text-13); }
    @media (max-width: 720px) { form { grid-template-columns: minmax(0, 1fr); } form button { margin: 0; } li { grid-template-columns: minmax(0, 1fr) auto; } li button { grid-column: 1 / -1; justify-self: start; } }
  `,
})
export class AccessComponent {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  protected readonly languages = ['en', 'ar'] as const;
  protected readonly kind = signal<SubjectType>('contact');
  protected readonly subject = signal<Reference | null>(null);
  protected readonly language = signal<string>(inject(LocaleService).language());
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly list = resource({ loader: async () => (await this.api.get<Page<AccessExport>>('privacy/access-exports')).items });
  protected readonly unread = computed(() => (this.list.error() ? toProblem(this.list.error()?.cause ?? this.list.error()) : null));
  protected readonly mayAsk = computed(() => this.session.can('privacy', 'write'));
  protected readonly mayDownload = computed(() => this.session.can('privacy', 'export'));
  protected readonly types = computed(() => SUBJECT_TYPES.filter((type) => this.session.can(`${type}s`, 'read')));

  constructor() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    inject(DestroyRef).onDestroy(() => { clearTimeout(timer); });
    effect(() => {
      if (!this.list.hasValue() || !this.list.value().some((one) => one.status === 'queued' || one.status === 'running')) return;
      clearTimeout(timer);
      timer = setTimeout(() => this.list.reload(), AGAIN_MS);
    });
  }

  protected tone(one: AccessExport): Tone {
    return ({ queued: 'accent', running: 'accent', done: 'won', failed: 'lost', expired: 'stale' } as const)[one.status];
  }

  protected rows(one: AccessExport): number {
    return Object.values(one.rows).reduce((sum, count) => sum + count, 0);
  }

  protected async ask(): Promise<void> {
    const subject = this.subject();
    if (!subject || this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.api.post('privacy/access-exports', { subject_type: this.kind(), subject_id: subject.id, locale: this.language() });
      this.subject.set(null);
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
      this.list.reload();
    }
  }

  protected async download(one: AccessExport): Promise<void> {
    try {
      saveFile(await this.api.download(`privacy/access-exports/${one.id}/file`), `person-${one.subject_id.slice(-8)}.zip`);
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
