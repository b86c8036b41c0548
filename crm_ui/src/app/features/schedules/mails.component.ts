import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { DomSanitizer, SafeHtml } from '@angular/platform-browser';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { saveFile } from '@core/save.file';
import { NoticeService } from '@shared/dialog/notice.service';
import { RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';

interface MailHead { readonly id: string; readonly subject: string; readonly created_at: string }
interface OpenMail extends MailHead { readonly from: string; readonly to: string; readonly html: string; readonly attachments: readonly { readonly position: number; readonly name: string; readonly byte_count: number }[] }

/** A page by itself may neither run anything nor load anything but the pictures inside it. */
const POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; style-src \'unsafe-inline\'">';

/** What the demo has sent to the person, as a mail program would show it. */
@Component({
  selector: 'crm-mails',
  imports: [TranslatePipe, EmptyComponent, IconComponent, PageHeaderComponent, ProblemComponent, RelativePipe, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'schedules.mail.title' | translate" [subtitle]="'schedules.mail.text' | translate" backTo="/me/schedules" [backLabel]="'schedules.title' | translate"><button slot="actions" type="button" class="crm-icon-button" (click)="stored.reload()" [attr.aria-label]="'home.refresh' | translate" [title]="'home.refresh' | translate"><crm-icon name="refresh" [size]="17" /></button></crm-page-header>
      @if (failure(); as problem) { <crm-problem [problem]="problem" (retry)="stored.reload()" /> }
      @else if (!stored.hasValue()) { <crm-skeleton [height]="240" /> }
      @else if (items().length === 0) { <section class="crm-card"><crm-empty icon="inbox" [title]="'schedules.mail.none' | translate" [text]="'schedules.mail.noneText' | translate" /></section> }
      @else {
        <div class="sides">
          <ul class="crm-card" [attr.aria-label]="'schedules.mail.list' | translate">@for (one of items(); track one.id) { <li><button type="button" (click)="open(one.id)" [attr.aria-current]="opened()?.id === one.id ? 'true' : null" data-test="mail"><strong class="crm-ellipsis"><bdi>{{ one.subject }}</bdi></strong><small class="crm-muted">{{ one.created_at | crmRelative }}</small></button></li> }</ul>
          <section class="crm-card mail" aria-live="polite">
            @if (opened(); as mail) {
              <header><h2><bdi>{{ mail.subject }}</bdi></h2><p class="crm-muted"><bdi>{{ mail.from }}</bdi> → <bdi>{{ mail.to }}</bdi></p>
                @if (mail.attachments.length) { <p class="files" role="group" [attr.aria-label]="'schedules.mail.attachments' | translate">@for (file of mail.attachments; track file.position) { <button type="button" class="crm-button crm-button--small" (click)="save(mail, file)" [attr.aria-label]="'schedules.mail.download' | translate: { name: file.name }"><crm-icon name="download" [size]="15" /><bdi>{{ file.name }}</bdi></button> }</p> }
              </header>
              <iframe sandbox="" [srcdoc]="html()" [title]="'schedules.mail.content' | translate" tabindex="0"></iframe>
            } @else { <p class="crm-muted choose">{{ 'schedules.mail.choose' | translate }}</p> }
          </section>
        </div>
      }
    </div>
  `,
  styles: `
    .sides { display: grid; grid-template-columns: minmax(220px, 320px) minmax(0, 1fr); gap: var(--crm-4); align-items: start; } ul { margin: 0; padding: var(--crm-1); list-style: none; max-block-size: 75vh; overflow: auto; } li button { display: grid; inline-size: 100%; padding: var(--crm-2) var(--crm-3); border-radius: var(--crm-radius); text-align: start; font-size: var(--crm-text-13); } li button:hover { background: var(--crm-hover); } li button[aria-current] { background: var(--crm-selected); } strong { font-weight: 500; }
    .mail { display: grid; min-inline-size: 0; overflow: hidden; } header { display: grid; gap: var(--crm-1); padding: var(--crm-4); border-block-end: 1px solid var(--crm-border); font-size: var(--crm-text-13); } h2 { font-size: var(--crm-text-16); overflow-wrap: anywhere; } .files { display: flex; flex-wrap: wrap; gap: var(--crm-2); margin-block-start: var(--crm-1); } .choose { padding: var(--crm-6); text-align: center; }
    iframe { inline-size: 100%; block-size: max(420px, 70vh); border: 0; background: #f5f6f8; } @media (max-width: 720px) { .sides { grid-template-columns: minmax(0, 1fr); } ul { max-block-size: 220px; } }
  `,
})
export class MailsComponent {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  private readonly sanitizer = inject(DomSanitizer);
  protected readonly stored = resource({ loader: () => this.api.get<Page<MailHead>>('demo-mails') });
  protected readonly items = computed(() => (this.stored.hasValue() ? this.stored.value().items : []));
  protected readonly failure = computed(() => (this.stored.error() ? toProblem(this.stored.error()?.cause ?? this.stored.error()) : null));
  protected readonly opened = signal<OpenMail | null>(null);
  /** Trusted for the frame alone, which has no scripts, no origin of ours, and its own policy. */
  protected readonly html = computed((): SafeHtml => this.sanitizer.bypassSecurityTrustHtml(`${POLICY}${this.opened()?.html ?? ''}`));

  protected async open(id: string): Promise<void> {
    try {
      this.opened.set(await this.api.get<OpenMail>(`demo-mails/${id}`));
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected async save(mail: OpenMail, { position, name }: OpenMail['attachments'][number]): Promise<void> {
    try {
      saveFile(await this.api.download(`demo-mails/${mail.id}/files/${position}`), name);
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
