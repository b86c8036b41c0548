import { ChangeDetectionStrategy, Component, computed, inject, Injectable, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { ApiClient, Page } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { DialogService } from '@shared/dialog/dialog.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent } from '@shared/states/states.component';
import { AdminWords } from '../admin.words';
import { contains, EventGroup, groupsOf, isAddress, withEvent } from './webhook.calc';
import { Webhook, WebhookWithSecret } from './webhook.model';
import { WebhookWords } from './webhook.words';

/** A webhook as saved; the secret is there only when it is new. */
export type SavedWebhook = Webhook & Partial<Pick<WebhookWithSecret, 'secret'>>;

interface FormData { readonly webhook: Webhook | null; readonly tag: string | null; readonly types: readonly string[] }

/** The form of a webhook in a panel: what it is for, where it goes, what it is told. */
@Component({
  selector: 'crm-webhook-form',
  imports: [TranslatePipe, ControlDirective, FieldComponent, IconComponent, ProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form novalidate (submit)="$event.preventDefault(); submit()">
      <header><h2 id="crm-webhook-form-title">{{ (data.webhook ? 'webhooks.edit' : 'webhooks.new') | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
      <div class="fields">
        @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
        <crm-field [label]="('webhooks.purpose' | translate) + ' *'" [hint]="'webhooks.purposeHint' | translate" name="name" [problem]="problem()" [error]="tried() && !name().trim() ? ('record.required' | translate) : null"><input crmControl type="text" dir="auto" maxlength="100" name="name" autocomplete="off" [value]="name()" (input)="name.set($any($event.target).value)" /></crm-field>
        <crm-field [label]="('webhooks.url' | translate) + ' *'" [hint]="'webhooks.urlHint' | translate" name="url" [problem]="problem()" [error]="tried() && !valid() ? ('webhooks.urlWrong' | translate) : null"><input crmControl type="url" dir="ltr" maxlength="2000" name="url" autocomplete="off" spellcheck="false" placeholder="https://" [value]="url()" (input)="url.set($any($event.target).value)" /></crm-field>
        <fieldset><legend>{{ 'webhooks.events' | translate }} *</legend>
          <label class="line"><input type="radio" name="reach" [checked]="everything()" (change)="everything.set(true)" data-test="everything" />{{ 'webhooks.everything' | translate }}</label>
          <label class="line"><input type="radio" name="reach" [checked]="!everything()" (change)="everything.set(false)" data-test="chosen" />{{ 'webhooks.chosenOnly' | translate }}</label>
          @if (!everything()) {
            <ul class="events">
              @for (group of groups; track group.singular) {
                <li><label class="whole"><input type="checkbox" [checked]="chosen().includes(group.singular + '.*')" [indeterminate]="partly(group)" (change)="turn(group, group.singular + '.*', $any($event.target).checked)" [attr.data-event]="group.singular + '.*'" />{{ admin.resource(group.resource) }}</label>
                  <div>@for (type of group.types; track type) { <label><input type="checkbox" [checked]="has(type)" (change)="turn(group, type, $any($event.target).checked)" [attr.aria-label]="words.event(type)" [attr.data-event]="type" />{{ words.verb(type.split('.')[1] ?? '') }}</label> }</div></li>
              }
            </ul>
            @if (tried() && chosen().length === 0) { <p class="error" role="alert">{{ 'webhooks.noEvent' | translate }}</p> }
          }
        </fieldset>
        @if (!data.webhook) { <p class="note"><crm-icon name="info" [size]="16" />{{ 'webhooks.ownerNote' | translate }}</p> }
      </div>
      <footer><button type="button" class="crm-button" (click)="dialog.close()">{{ 'shared.cancel' | translate }}</button><button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="saving()" data-test="save-webhook">{{ (data.webhook ? 'shared.save' : 'webhooks.create') | translate }}</button></footer>
    </form>
  `,
  styles: `
    :host { display: block; block-size: 100%; } form { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; block-size: 100dvh; }
    header { display: flex; align-items: center; justify-content: space-between; gap: var(--crm-3); padding: var(--crm-4) var(--crm-6); border-block-end: 1px solid var(--crm-border); } footer { display: flex; justify-content: flex-end; gap: var(--crm-2); padding: var(--crm-3) var(--crm-6); border-block-start: 1px solid var(--crm-border); }
    .fields { display: grid; gap: var(--crm-4); align-content: start; padding: var(--crm-4) var(--crm-6) var(--crm-6); overflow-y: auto; }
    fieldset { display: grid; gap: var(--crm-1); margin: 0; padding: 0; border: 0; min-inline-size: 0; } legend { padding: 0; margin-block-end: var(--crm-1); font-size: var(--crm-text-13); font-weight: 500; color: var(--crm-text-2); } label { display: inline-flex; align-items: center; gap: 6px; min-block-size: 28px; cursor: pointer; } label input { margin: 0; flex: none; }
    .events { border: 1px solid var(--crm-border); border-radius: var(--crm-radius); margin-block-start: var(--crm-1); } li { display: grid; grid-template-columns: 136px minmax(0, 1fr); gap: 0 var(--crm-3); padding: 4px var(--crm-3); border-block-end: 1px solid var(--crm-border); font-size: var(--crm-text-13); } li:last-child { border: 0; } .whole { font-weight: 500; align-self: start; } li > div { display: flex; flex-wrap: wrap; gap: 0 var(--crm-4); }
    .error { color: var(--crm-lost); font-size: var(--crm-text-12); } .note { display: flex; gap: var(--crm-2); color: var(--crm-text-2); font-size: var(--crm-text-13); } .note crm-icon { flex: none; margin-block-start: 1px; } :host-context([dir='rtl']) [dir='ltr'] { text-align: right; }
    @media (max-width: 720px) { header, footer, .fields { padding-inline: var(--crm-4); } li { grid-template-columns: minmax(0, 1fr); } label { min-block-size: 36px; } }
  `,
})
export class WebhookFormComponent {
  private readonly api = inject(ApiClient);
  protected readonly words = inject(WebhookWords);
  protected readonly admin = inject(AdminWords);
  protected readonly data = inject<FormData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<WebhookFormComponent, SavedWebhook>>(MatDialogRef);

  protected readonly groups = groupsOf(this.data.types);
  protected readonly name = signal(this.data.webhook?.name ?? '');
  protected readonly url = signal(this.data.webhook?.url ?? '');
  protected readonly everything = signal(this.data.webhook?.event_types.includes('*') ?? false);
  protected readonly chosen = signal<readonly string[]>((this.data.webhook?.event_types ?? []).filter((type) => type !== '*'));
  protected readonly tried = signal(false);
  protected readonly saving = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly valid = computed(() => isAddress(this.url()));

  protected has(type: string): boolean {
    return contains(this.chosen(), type);
  }

  /** Whether some of a kind's events are chosen, and not all. */
  protected partly({ singular, types }: EventGroup): boolean {
    return !this.chosen().includes(`${singular}.*`) && types.some((type) => this.has(type));
  }

  protected turn(group: EventGroup, type: string, on: boolean): void {
    this.chosen.update((chosen) => withEvent(chosen, group, type, on));
  }

  protected async submit(): Promise<void> {
    this.tried.set(true);
    if (this.saving() || !this.name().trim() || !this.valid() || (!this.everything() && this.chosen().length === 0)) return;
    const { webhook, tag } = this.data;
    const body = { name: this.name().trim(), url: this.url().trim(), event_types: this.everything() ? ['*'] : this.chosen() };
    this.saving.set(true);
    this.problem.set(null);
    try {
      this.dialog.close(await (webhook ? this.api.patch<Webhook>(`webhooks/${webhook.id}`, body, tag) : this.api.post<WebhookWithSecret>('webhooks', body)));
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.saving.set(false);
    }
  }
}

/** Opens the form of a webhook in a panel at the end of the line of reading. */
@Injectable({ providedIn: 'root' })
export class WebhookForm {
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(DialogService);

  /** What was saved, or undefined when the person left the form. */
  async open(id: string | null): Promise<SavedWebhook | undefined> {
    const [{ items: types }, current] = await Promise.all([this.api.get<Page<string>>('webhooks/event-types'), id === null ? null : this.api.tagged<Webhook>(`webhooks/${id}`)]);
    const dialog = this.dialogs.openAside<WebhookFormComponent, FormData, SavedWebhook>(WebhookFormComponent, { data: { webhook: current?.body ?? null, tag: current?.tag ?? null, types }, width: '600px', ariaLabelledBy: 'crm-webhook-form-title', autoFocus: 'input' });
    return firstValueFrom(dialog.afterClosed());
  }
}
