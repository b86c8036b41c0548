import { ChangeDetectionStrategy, Component, computed, inject, Injectable, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { ApiClient, Reference } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { PermissionAction } from '@core/session/permissions';
import { DialogService } from '@shared/dialog/dialog.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ReferencePickerComponent } from '@shared/record/reference-picker.component';
import { ProblemComponent } from '@shared/states/states.component';
import { ACTIONS, ApiClientItem, Role } from '../admin.model';
import { AdminWords } from '../admin.words';
import { keptScopes, linesOf, scopesOf } from './scope.calc';

/** A client as saved; the secret is there only when it is new. */
export type SavedClient = ApiClientItem & { readonly client_secret?: string };

interface FormData { readonly client: ApiClientItem | null; readonly roles: readonly Role[] }

/** The form of an API client in a panel: who it is, what it may, for whom it acts. */
@Component({
  selector: 'crm-client-form',
  imports: [TranslatePipe, ControlDirective, FieldComponent, IconComponent, ProblemComponent, ReferencePickerComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form novalidate (submit)="$event.preventDefault(); submit()">
      <header><h2 id="crm-client-form-title">{{ (data.client ? 'admin.clients.edit' : 'admin.clients.new') | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
      <div class="fields">
        @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
        <crm-field [label]="('record.fields.name' | translate) + ' *'" name="name" [problem]="problem()" [error]="tried() && !name().trim() ? ('record.required' | translate) : null"><input crmControl type="text" dir="auto" maxlength="100" autocomplete="off" [value]="name()" (input)="name.set($any($event.target).value)" /></crm-field>
        @if (!data.client) { <crm-field [label]="'admin.clients.id' | translate" [hint]="'admin.clients.idHint' | translate" [optional]="true" name="client_id" [problem]="problem()"><input crmControl type="text" dir="ltr" maxlength="60" autocomplete="off" spellcheck="false" [value]="clientId()" (input)="clientId.set($any($event.target).value)" /></crm-field> }
        <crm-field [label]="('admin.users.role' | translate) + ' *'" name="role" [problem]="problem()" [hint]="'admin.clients.roleHint' | translate" [error]="tried() && !role() ? ('record.required' | translate) : null">
          <select crmControl (change)="choose($any($event.target).value)">
            @if (!role()) { <option value="">{{ 'record.notChosen' | translate }}</option> }
            @for (one of data.roles; track one.id) { <option [value]="one.key" [selected]="one.key === role()">{{ words.name(one) }}</option> }
          </select>
        </crm-field>
        <crm-field [label]="'admin.clients.user' | translate" [hint]="'admin.clients.userHint' | translate" [optional]="true" name="user_id" [problem]="problem()"><crm-reference-picker resource="users" [value]="user()" (chosen)="user.set($event)" /></crm-field>
        <fieldset><legend>{{ 'admin.clients.scopes' | translate }}</legend>
          <label class="line"><input type="radio" name="limited" [checked]="!limited()" (change)="limited.set(false)" />{{ 'admin.clients.whole' | translate }}</label>
          <label class="line"><input type="radio" name="limited" [checked]="limited()" [disabled]="!role()" (change)="limited.set(true)" data-test="limited" />{{ 'admin.clients.limited' | translate }}</label>
          @if (limited()) {
            <ul class="scopes">
              @for (row of offered(); track row.resource) {
                <li><span>{{ words.resource(row.resource) }}</span>@for (cell of row.cells; track cell.scope) { <label [style.grid-column]="columnOf(cell.action)"><input type="checkbox" [checked]="scopes().includes(cell.scope)" (change)="turn(cell.scope, $any($event.target).checked)" [attr.aria-label]="words.resource(row.resource) + ', ' + words.text('admin.action.' + cell.action)" [attr.data-scope]="cell.scope" />{{ 'admin.action.' + cell.action | translate }}</label> }</li>
              }
            </ul>
            @if (tried() && scopes().length === 0) { <p class="error" role="alert">{{ 'admin.clients.noScope' | translate }}</p> }
          }
        </fieldset>
        <crm-field [label]="'admin.clients.redirects' | translate" [hint]="'admin.clients.redirectsHint' | translate" [optional]="true" name="redirect_uris" [problem]="problem()"><textarea crmControl rows="2" dir="ltr" spellcheck="false" [value]="redirects()" (input)="redirects.set($any($event.target).value)"></textarea></crm-field>
      </div>
      <footer><button type="button" class="crm-button" (click)="dialog.close()">{{ 'shared.cancel' | translate }}</button><button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="saving()">{{ (data.client ? 'shared.save' : 'admin.clients.create') | translate }}</button></footer>
    </form>
  `,
  styles: `
    :host { display: block; block-size: 100%; } form { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; block-size: 100dvh; }
    header { display: flex; align-items: center; justify-content: space-between; gap: var(--crm-3); padding: var(--crm-4) var(--crm-6); border-block-end: 1px solid var(--crm-border); } footer { display: flex; justify-content: flex-end; gap: var(--crm-2); padding: var(--crm-3) var(--crm-6); border-block-start: 1px solid var(--crm-border); }
    .fields { display: grid; gap: var(--crm-4); align-content: start; padding: var(--crm-4) var(--crm-6) var(--crm-6); overflow-y: auto; }
    fieldset { display: grid; gap: var(--crm-2); margin: 0; padding: 0; border: 0; min-inline-size: 0; } legend { padding: 0; margin-block-end: var(--crm-1); font-size: var(--crm-text-13); font-weight: 500; color: var(--crm-text-2); } .line, .scopes label { display: inline-flex; align-items: center; gap: 6px; min-block-size: 28px; }
    .scopes { border: 1px solid var(--crm-border); border-radius: var(--crm-radius); } .scopes li { display: grid; grid-template-columns: minmax(0, 1fr) repeat(4, 78px); align-items: center; gap: 2px var(--crm-2); padding: 2px var(--crm-3); border-block-end: 1px solid var(--crm-border); font-size: var(--crm-text-13); } .scopes li:last-child { border: 0; } .scopes span { font-weight: 500; }
    .error { color: var(--crm-lost); font-size: var(--crm-text-12); } :host-context([dir='rtl']) [dir='ltr'] { text-align: right; } @media (max-width: 720px) { header, footer, .fields { padding-inline: var(--crm-4); } .scopes li { grid-template-columns: 1fr 1fr; } .scopes span { grid-column: 1 / -1; } .scopes label { grid-column: auto !important; min-block-size: 40px; } }
  `,
})
export class ClientFormComponent {
  private readonly api = inject(ApiClient);
  protected readonly words = inject(AdminWords);
  protected readonly data = inject<FormData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<ClientFormComponent, SavedClient>>(MatDialogRef);

  protected readonly name = signal(this.data.client?.name ?? '');
  protected readonly clientId = signal('');
  protected readonly role = signal(this.data.client?.role.key ?? '');
  protected readonly user = signal<Reference | null>(this.data.client?.user ?? null);
  protected readonly limited = signal(this.data.client?.scopes != null);
  protected readonly scopes = signal<readonly string[]>(this.data.client?.scopes ?? []);
  protected readonly redirects = signal((this.data.client?.redirect_uris ?? []).join('\n'));
  protected readonly tried = signal(false);
  protected readonly saving = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly permissions = computed(() => this.data.roles.find((role) => role.key === this.role())?.permissions ?? {});
  protected readonly offered = computed(() => scopesOf(this.permissions()));

  protected columnOf(action: PermissionAction): number {
    return ACTIONS.indexOf(action) + 2;
  }

  protected choose(role: string): void {
    this.role.set(role);
    this.scopes.update((scopes) => keptScopes(scopes, this.permissions()));
  }

  protected turn(scope: string, on: boolean): void {
    this.scopes.update((scopes) => (on ? [...scopes, scope] : scopes.filter((one) => one !== scope)));
  }

  protected async submit(): Promise<void> {
    this.tried.set(true);
    if (this.saving() || !this.name().trim() || !this.role() || (this.limited() && this.scopes().length === 0)) return;
    const { client } = this.data;
    const id = this.clientId().trim();
    const body = {
      name: this.name().trim(), role: this.role(), user_id: this.user()?.id ?? null, scopes: this.limited() ? keptScopes(this.scopes(), this.permissions()) : null, redirect_uris: linesOf(this.redirects()),
    };
    this.saving.set(true);
    this.problem.set(null);
    try {
      this.dialog.close(await (client ? this.api.patch<SavedClient>(`api-clients/${client.id}`, body) : this.api.post<SavedClient>('api-clients', id ? { ...body, client_id: id } : body)));
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.saving.set(false);
    }
  }
}

/** Opens the form of an API client in a panel at the end of the line of reading. */
@Injectable({ providedIn: 'root' })
export class ClientForm {
  private readonly dialogs = inject(DialogService);

  /** What was saved, or undefined when the person left the form. */
  open(client: ApiClientItem | null, roles: readonly Role[]): Promise<SavedClient | undefined> {
    const dialog = this.dialogs.openAside<ClientFormComponent, FormData, SavedClient>(ClientFormComponent, { data: { client, roles }, width: '520px', ariaLabelledBy: 'crm-client-form-title', autoFocus: 'input' });
    return firstValueFrom(dialog.afterClosed());
  }
}
