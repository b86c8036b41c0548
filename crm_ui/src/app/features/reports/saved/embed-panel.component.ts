import { Clipboard } from '@angular/cdk/clipboard';
import { ChangeDetectionStrategy, Component, inject, resource, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { FieldComponent } from '@shared/field/field.component';
import { DatePipe as CrmDatePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { htmlSnippet, linesOf, reactSnippet } from './embed.snippets';
import { SavedClient } from './saved.client';
import { EmbedToken, SavedReport } from './saved.model';

export interface EmbedData {
  readonly report: SavedReport;
}

const HOUR = 3600;
const LASTING = [['hour', HOUR], ['day', 24 * HOUR], ['week', 7 * 24 * HOUR], ['month', 30 * 24 * HOUR]] as const;

/** Tokens that show a report in pages of others: making one, what is pasted there, and ending those in force. */
@Component({
  selector: 'crm-embed-panel',
  imports: [CrmDatePipe, FieldComponent, IconComponent, ProblemComponent, SkeletonComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2 id="crm-embed-title" tabindex="-1">{{ 'reports.embed.title' | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
    <div class="body">
      <p class="crm-muted">{{ 'reports.embed.text' | translate }}</p>
      @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
      @if (snippets(); as both) {
        <p class="made" role="status">{{ 'reports.embed.made' | translate }}</p>
        @for (one of both; track one.kind) {
          <section><div class="line"><h3>{{ 'reports.embed.' + one.kind | translate }}</h3><button type="button" class="crm-button crm-button--small" (click)="copy(one.text)" [attr.data-copy]="one.kind">{{ 'reports.embed.copy' | translate }}<span class="crm-visually-hidden">: {{ 'reports.embed.' + one.kind | translate }}</span></button></div><pre dir="ltr" tabindex="0" [attr.aria-label]="'reports.embed.' + one.kind | translate" [attr.data-snippet]="one.kind">{{ one.text }}</pre></section>
        }
      } @else {
        <crm-field [label]="'reports.embed.origins' | translate" [hint]="'reports.embed.originsHint' | translate"><textarea #origins class="crm-input" dir="ltr" rows="3" [attr.aria-label]="'reports.embed.origins' | translate" data-test="embed-origins"></textarea></crm-field>
        <div class="pair">
          <crm-field [label]="'reports.embed.seconds' | translate"><select #lasting class="crm-input" [attr.aria-label]="'reports.embed.seconds' | translate" data-test="embed-seconds">@for (one of lastings; track one[0]) { <option [value]="one[1]">{{ 'reports.embed.' + one[0] | translate }}</option> }</select></crm-field>
          <crm-field [label]="'reports.embed.locale' | translate"><select #language class="crm-input" [attr.aria-label]="'reports.embed.locale' | translate" data-test="embed-locale"><option value="en" lang="en" [selected]="locale.language() === 'en'">English</option><option value="ar" lang="ar" [selected]="locale.language() === 'ar'">العربية</option></select></crm-field>
        </div>
        <crm-field [label]="'reports.embed.version' | translate"><select #version class="crm-input" [attr.aria-label]="'reports.embed.version' | translate"><option value="">{{ 'reports.embed.current' | translate }}</option><option [value]="data.report.version">{{ 'reports.embed.pinned' | translate: { number: data.report.version } }}</option></select></crm-field>
        <button type="button" class="crm-button crm-button--primary" (click)="make(origins.value, lasting.value, language.value, version.value)" [attr.aria-disabled]="busy()" data-test="embed-make">{{ 'reports.embed.make' | translate }}</button>
      }
      <h3>{{ 'reports.embed.live' | translate }}</h3>
      @if (tokens.hasValue()) {
        <ul>
          @for (one of tokens.value(); track one.id) {
            <li [attr.data-token]="one.id"><span><bdi dir="ltr">{{ one.origins.join(', ') }}</bdi><small>{{ 'reports.embed.until' | translate: { time: one.expires_at | crmDate: 'datetime' } }} · {{ one.last_used_at ? ('reports.embed.used' | translate: { time: one.last_used_at | crmDate: 'datetime' }) : ('reports.embed.unused' | translate) }}</small></span>
              <button type="button" class="crm-button crm-button--small crm-button--danger" (click)="revoke(one)" data-test="embed-revoke">{{ 'reports.embed.revoke' | translate }}<span class="crm-visually-hidden">: {{ one.origins.join(', ') }}</span></button></li>
          } @empty { <li class="crm-muted">{{ 'reports.embed.none' | translate }}</li> }
        </ul>
      } @else if (tokens.error(); as error) { <crm-problem [problem]="problemOf(error)" (retry)="tokens.reload()" /> } @else { <crm-skeleton [lines]="2" /> }
    </div>
  `,
  styles: `
    :host { display: grid; grid-template-rows: auto minmax(0, 1fr); block-size: 100%; } header, .line { display: flex; align-items: center; justify-content: space-between; gap: var(--crm-2); } header { padding: var(--crm-4) var(--crm-6); border-block-end: 1px solid var(--crm-border); } h2 { font-size: var(--crm-text-16); }
    .body { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-4); align-content: start; overflow-y: auto; padding: var(--crm-4) var(--crm-6) var(--crm-6); } .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: var(--crm-4); } textarea { resize: vertical; font-size: var(--crm-text-13); } .body > .crm-button { justify-self: start; }
    .made { padding: var(--crm-2) var(--crm-3); border-radius: var(--crm-radius); background: var(--crm-info-soft); color: var(--crm-info); font-size: var(--crm-text-13); } section { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-2); } pre { margin: 0; padding: var(--crm-3); max-block-size: 160px; overflow: auto; border-radius: var(--crm-radius); background: var(--crm-sunken); font-size: var(--crm-text-12); white-space: pre-wrap; overflow-wrap: anywhere; text-align: left; }
    ul { border: 1px solid var(--crm-border); border-radius: var(--crm-radius); } li { display: flex; align-items: center; gap: var(--crm-3); padding: var(--crm-2) var(--crm-3); font-size: var(--crm-text-13); } li + li { border-block-start: 1px solid var(--crm-border); } li span:first-child { flex: 1; min-inline-size: 0; display: grid; overflow-wrap: anywhere; } small { color: var(--crm-text-3); font-size: var(--crm-text-12); }
  `,
})
export class EmbedPanelComponent {
  private readonly client = inject(SavedClient);
  private readonly clipboard = inject(Clipboard);
  private readonly notice = inject(NoticeService);
  private readonly translate = inject(TranslateService);
  protected readonly data = inject<EmbedData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<EmbedPanelComponent>>(MatDialogRef);
  protected readonly locale = inject(LocaleService);
  protected readonly tokens = resource({ loader: () => this.client.embeds(this.data.report.id) });
  protected readonly lastings = LASTING;
  protected readonly problemOf = toProblem;
  protected readonly problem = signal<Problem | null>(null);
  protected readonly busy = signal(false);
  /** What is pasted, while the token is known. */
  protected readonly snippets = signal<readonly { readonly kind: 'html' | 'react'; readonly text: string }[] | null>(null);

  protected async make(origins: string, seconds: string, locale: string, version: string): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      const { token } = await this.client.embed(this.data.report.id, { origins: linesOf(origins), seconds: Number(seconds), locale: locale === 'ar' ? 'ar' : 'en', version: version === '' ? null : Number(version) });
      this.snippets.set([{ kind: 'html', text: htmlSnippet(location.origin, token, locale) }, { kind: 'react', text: reactSnippet(location.origin, token, locale) }]);
      this.tokens.reload();
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }

  protected copy(text: string): void {
    this.clipboard.copy(text);
    this.notice.say(this.translate.instant('reports.embed.copied') as string);
  }

  protected async revoke(one: EmbedToken): Promise<void> {
    try {
      await this.client.revokeEmbed(one.id);
      this.notice.say(this.translate.instant('reports.embed.revoked') as string);
    } catch (error) {
      this.notice.fail(error);
    }
    this.tokens.reload();
  }
}
