import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { Reference } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { IconName } from '@shared/icon/icons';
import { ReferencePickerComponent } from '@shared/record/reference-picker.component';
import { ProblemComponent } from '@shared/states/states.component';
import { SavedClient } from './saved.client';
import { NamedShare, Share, Shareable, shareKey } from './saved.model';

export interface ShareData {
  readonly of: Shareable;
  readonly shares: readonly NamedShare[];
  /** Roles by key, with their names in the reader's language. */
  readonly roles: readonly { readonly key: string; readonly name: string }[];
}

type Kind = 'role' | 'team' | 'user';
const ICONS: Readonly<Record<Kind, IconName>> = { role: 'shield', team: 'users', user: 'user' };

/** Who else is shown a report, or all that is in a folder, and whether they may edit it. They see it with their own rows and fields. */
@Component({
  selector: 'crm-share-panel',
  imports: [FieldComponent, IconComponent, ProblemComponent, ReferencePickerComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2 id="crm-share-title" tabindex="-1">{{ 'reports.share.title' | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close(false)" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
    <div class="body">
      <p class="crm-muted">{{ (data.of.path === 'reports' ? 'reports.share.text' : 'reports.share.folderText') | translate }}</p>
      @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
      <ul>
        @for (one of shares(); track keyOf(one)) {
          <li><crm-icon [name]="icons[kindOf(one)]" [size]="16" /><span><bdi>{{ nameOf(one) }}</bdi><small>{{ 'reports.share.kinds.' + kindOf(one) | translate }}</small></span>
            <select class="crm-input" [attr.aria-label]="'reports.share.may' | translate: { name: nameOf(one) }" (change)="may(one, $any($event.target).value)" [attr.data-may]="keyOf(one)"><option value="view" [selected]="one.may === 'view'">{{ 'reports.share.view' | translate }}</option><option value="edit" [selected]="one.may === 'edit'">{{ 'reports.share.edit' | translate }}</option></select>
            <button type="button" class="crm-icon-button" (click)="drop(one)" [attr.aria-label]="'reports.removeField' | translate: { field: nameOf(one) }"><crm-icon name="x" [size]="16" /></button></li>
        } @empty { <li class="none crm-muted">{{ 'reports.share.none' | translate }}</li> }
      </ul>
      <crm-field [label]="'reports.share.addRole' | translate"><select class="crm-input" [attr.aria-label]="'reports.share.addRole' | translate" (change)="addRole($any($event.target))" data-test="share-role"><option value="">{{ 'reports.share.choose' | translate }}</option>@for (role of offered(); track role.key) { <option [value]="role.key">{{ role.name }}</option> }</select></crm-field>
      <crm-field [label]="'reports.share.addTeam' | translate"><crm-reference-picker resource="teams" [value]="null" (chosen)="add('team', $event)" /></crm-field>
      <crm-field [label]="'reports.share.addUser' | translate"><crm-reference-picker resource="users" [value]="null" (chosen)="add('user', $event)" /></crm-field>
    </div>
    <footer><button type="button" class="crm-button" (click)="dialog.close(false)">{{ 'shared.cancel' | translate }}</button><button type="button" class="crm-button crm-button--primary" (click)="save()" [attr.aria-disabled]="saving()" data-test="share-save">{{ 'shared.save' | translate }}</button></footer>
  `,
  styles: `
    :host { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; block-size: 100%; } header, footer { display: flex; align-items: center; justify-content: space-between; padding: var(--crm-4) var(--crm-6); border-block-end: 1px solid var(--crm-border); } footer { justify-content: flex-end; gap: var(--crm-2); padding-block: var(--crm-3); border-block: 1px solid var(--crm-border) 0; } h2 { font-size: var(--crm-text-16); }
    .body { display: grid; gap: var(--crm-4); align-content: start; overflow-y: auto; padding: var(--crm-4) var(--crm-6); } ul { margin: 0; padding: 0; list-style: none; border: 1px solid var(--crm-border); border-radius: var(--crm-radius); } li { display: flex; align-items: center; gap: var(--crm-2); padding: var(--crm-2) var(--crm-3); font-size: var(--crm-text-13); } li + li { border-block-start: 1px solid var(--crm-border); } li > crm-icon { color: var(--crm-text-3); } li span { flex: 1; min-inline-size: 0; display: grid; overflow-wrap: anywhere; } small { color: var(--crm-text-3); font-size: var(--crm-text-12); } li .crm-input { inline-size: auto; } .none { justify-content: center; }
  `,
})
export class SharePanelComponent {
  private readonly client = inject(SavedClient);
  protected readonly data = inject<ShareData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<SharePanelComponent, boolean>>(MatDialogRef);
  protected readonly icons = ICONS;
  protected readonly keyOf = shareKey;
  protected readonly shares = signal(this.data.shares);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly saving = signal(false);
  protected readonly offered = computed(() => this.data.roles.filter(({ key }) => !this.shares().some(({ role }) => role === key)));

  protected kindOf({ role, team_id }: Share): Kind {
    return role !== undefined ? 'role' : team_id !== undefined ? 'team' : 'user';
  }

  protected nameOf({ role, name }: NamedShare): string {
    return this.data.roles.find(({ key }) => key === role)?.name ?? name ?? role ?? '';
  }

  protected addRole(select: HTMLSelectElement): void {
    if (select.value) this.put({ role: select.value, may: 'view', name: null });
    select.value = '';
  }

  protected add(kind: 'team' | 'user', one: Reference | null): void {
    if (one) this.put({ ...(kind === 'team' ? { team_id: one.id } : { user_id: one.id }), may: 'view', name: one.name });
  }

  protected may(share: NamedShare, may: Share['may']): void {
    this.shares.update((shares) => shares.map((one) => (one === share ? { ...one, may } : one)));
  }

  protected drop(share: NamedShare): void {
    this.shares.update((shares) => shares.filter((one) => one !== share));
  }

  protected async save(): Promise<void> {
    if (this.saving()) return;
    this.saving.set(true);
    try {
      await this.client.share(this.data.of, this.shares().map(({ name: _, ...share }) => share));
      this.dialog.close(true);
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.saving.set(false);
    }
  }

  private put(share: NamedShare): void {
    this.shares.update((shares) => (shares.some((one) => shareKey(one) === shareKey(share)) ? shares : [...shares, share]));
  }
}
