import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { ConsentPurpose } from '@shared/consent/consent.model';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, DatePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminWords } from '../admin.words';
import { PurposeForm } from './purpose.form';

/** What consent is asked for, by which channels, in which words. */
@Component({
  selector: 'crm-purposes',
  imports: [TranslatePipe, CountPipe, DatePipe, IconComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="crm-card">
      <header><p class="crm-muted">{{ 'admin.privacy.purpose.text' | translate }}</p>
        @if (mayWrite()) { <button type="button" class="crm-button" (click)="create()" data-test="new-purpose"><crm-icon name="plus" [size]="16" />{{ 'admin.privacy.purpose.new' | translate }}</button> }</header>
      @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="list.reload()" /> }
      @if (list.hasValue()) {
        <ul>
          @for (one of list.value(); track one.id) {
            <li [attr.data-purpose]="one.key">
              <div class="who"><strong><bdi>{{ words.name(one) }}</bdi></strong> <code dir="ltr">{{ one.key }}</code>
                <p class="crm-muted">{{ channels(one) }} · {{ 'consent.basis.' + one.legal_basis | translate }}@if (one.valid_days !== null) { · {{ 'admin.privacy.days' | translate: { count: one.valid_days | crmCount } }} }</p>
                @if (one.wordings.length) { <details><summary>{{ 'admin.privacy.purpose.wordings' | translate: { count: one.wordings.length | crmCount } }}</summary>
                  @for (wording of one.wordings; track wording.id) { <figure><figcaption class="crm-muted"><bdi>{{ wording.version }}</bdi> · {{ 'record.language.' + wording.locale | translate }} · {{ wording.created_at | crmDate }} · <code dir="ltr" [title]="wording.hash">{{ wording.hash.slice(0, 12) }}…</code></figcaption><blockquote [dir]="wording.locale === 'ar' ? 'rtl' : 'ltr'">{{ wording.body }}</blockquote></figure> }</details> }</div>
              @if (mayWrite()) { <div class="do">
                <button type="button" class="crm-button crm-button--small crm-button--ghost" (click)="keep(one)">{{ 'admin.privacy.purpose.addWording' | translate }}</button>
                <button type="button" class="crm-icon-button crm-icon-button--small" (click)="edit(one)" [attr.aria-label]="('shared.edit' | translate) + ': ' + words.name(one)" [title]="'shared.edit' | translate"><crm-icon name="pencil" [size]="15" /></button>
                <button type="button" class="crm-icon-button crm-icon-button--small" (click)="end(one)" [attr.aria-label]="('admin.privacy.purpose.end' | translate) + ': ' + words.name(one)" [title]="'admin.privacy.purpose.end' | translate"><crm-icon name="trash" [size]="15" /></button></div> }
            </li>
          }
        </ul>
      } @else if (list.isLoading()) { <crm-skeleton [lines]="4" /> }
    </section>
  `,
  styles: `
    section { display: grid; gap: var(--crm-3); padding: var(--crm-4); } header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--crm-3); } li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: var(--crm-3); padding-block: var(--crm-3); border-block-start: 1px solid var(--crm-border); } strong { font-weight: 500; } .crm-muted, summary { font-size: var(--crm-text-13); }
    code { margin-inline-start: 6px; font: 400 var(--crm-text-12) ui-monospace, monospace; color: var(--crm-text-2); } .do { display: flex; align-items: start; gap: var(--crm-1, 4px); } summary { cursor: pointer; inline-size: fit-content; color: var(--crm-text-2); } figure { margin: var(--crm-2) 0 0; } blockquote { inline-size: fit-content; margin: 2px 0 0; padding-inline-start: var(--crm-3); border-inline-start: 2px solid var(--crm-border); white-space: pre-line; }
    @media (max-width: 720px) { li { grid-template-columns: minmax(0, 1fr); } }
  `,
})
export class PurposesComponent {
  private readonly api = inject(ApiClient);
  private readonly confirm = inject(ConfirmService);
  private readonly form = inject(PurposeForm);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AdminWords);
  protected readonly list = resource({ loader: async () => (await this.api.get<Page<ConsentPurpose>>('consent-purposes')).items });
  protected readonly problem = computed(() => (this.list.error() ? toProblem(this.list.error()?.cause ?? this.list.error()) : null));
  protected readonly mayWrite = computed(() => this.session.can('privacy', 'write'));

  protected channels(purpose: ConsentPurpose): string {
    return purpose.channels.map((channel) => this.words.text(`consent.channel.${channel}`)).join(this.words.text('record.comma'));
  }

  protected async create(): Promise<void> {
    if (await this.form.create()) this.list.reload();
  }

  protected async edit(purpose: ConsentPurpose): Promise<void> {
    if (await this.form.edit(purpose)) this.list.reload();
  }

  protected async keep(purpose: ConsentPurpose): Promise<void> {
    if (await this.form.keepWording(purpose)) this.list.reload();
  }

  protected async end(purpose: ConsentPurpose): Promise<void> {
    const sure = await this.confirm.ask({ title: this.words.text('admin.privacy.purpose.endTitle', { name: this.words.name(purpose) }), text: this.words.text('admin.privacy.purpose.endText'), action: this.words.text('admin.privacy.purpose.end'), danger: true });
    if (!sure) return;
    try {
      await this.api.remove(`consent-purposes/${purpose.id}`);
    } catch (error) {
      this.notice.fail(error);
    }
    this.list.reload();
  }
}
