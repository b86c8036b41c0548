import { computed, inject, Injectable, signal } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { PermissionAction } from '@core/session/permissions';
import { SessionService } from '@core/session/session.service';
import { CatalogueResource, FieldRule, Role, RoleContent, RolePermissions, RoleVersion } from '../admin.model';
import { AdminWords } from '../admin.words';
import { changesBetween, historyOf, Level, withLevel, withRule } from './role.calc';

/** One role while it is edited: what is in force, what is wanted, and the way from one to the other. */
@Injectable()
export class RoleStore {
  private readonly api = inject(ApiClient);
  private readonly session = inject(SessionService);
  private readonly words = inject(AdminWords);
  private tag: string | null = null;
  private readonly stored = signal<Role | null>(null);
  private readonly draftState = signal<RoleContent | null>(null);
  private readonly versionList = signal<readonly RoleVersion[] | null>(null);

  /** What is in force. */
  readonly role = this.stored.asReadonly();
  /** What is wanted. */
  readonly draft = this.draftState.asReadonly();
  /** What a role can speak of. */
  readonly catalogue = signal<readonly CatalogueResource[]>([]);
  /** Why the role could not be read. */
  readonly problem = signal<Problem | null>(null);
  /** Why the last change was refused. */
  readonly refused = signal<Problem | null>(null);
  /** True while a change is on its way. */
  readonly saving = signal(false);
  /** What would change. */
  readonly changes = computed(() => {
    const [role, draft] = [this.stored(), this.draftState()];
    return role && draft ? changesBetween(role, draft) : [];
  });
  /** The past of the role; null until read. */
  readonly history = computed(() => {
    const versions = this.versionList();
    return versions && historyOf(versions);
  });
  /** What the reader may do: nobody gives more. */
  readonly mine = computed(() => (this.session.me()?.permissions ?? {}) as RolePermissions);

  /** Reads role and catalogue. */
  async load(id: string): Promise<void> {
    this.problem.set(null);
    try {
      const [{ body, tag }, catalogue] = await Promise.all([this.api.tagged<Role>(`roles/${id}`), this.api.get<{ resources: CatalogueResource[] }>('roles/catalogue')]);
      this.tag = tag;
      this.stored.set(body);
      this.draftState.set(body);
      this.words.learn(catalogue.resources);
      this.catalogue.set(catalogue.resources);
      this.versionList.set((await this.api.get<{ items: RoleVersion[] }>(`roles/${id}/versions`)).items);
    } catch (error) {
      this.problem.set(toProblem(error));
    }
  }

  /** Changes one cell of the matrix. */
  setLevel(resource: string, action: PermissionAction, level: Level): void {
    this.edit((draft) => ({ ...draft, permissions: withLevel(draft.permissions, resource, action, level) }));
  }

  /** Changes the rule of one field. */
  setRule(resource: string, field: string, rule: FieldRule | null): void {
    this.edit((draft) => ({ ...draft, fields: withRule(draft.fields, resource, field, rule) }));
  }

  /** Changes the names. */
  setNames(names: { readonly name?: string; readonly name_ar?: string }): void {
    this.edit((draft) => ({ ...draft, ...names }));
  }

  /** Takes every change back. */
  discard(): void {
    this.draftState.set(this.stored());
    this.refused.set(null);
  }

  /** Puts the changes in force; true where they are. Refused where somebody else changed the role meanwhile. */
  async save(): Promise<boolean> {
    const [role, draft] = [this.stored(), this.draftState()];
    if (!role || !draft || this.saving()) return false;
    const { name, name_ar, permissions, fields } = draft;
    return this.run(role.id, () => this.api.patch(`roles/${role.id}`, { name, name_ar, permissions, fields }, this.tag));
  }

  /** Makes the role say again what it said in a version. */
  async revert(version: number): Promise<boolean> {
    const role = this.stored();
    return role ? this.run(role.id, () => this.api.post(`roles/${role.id}/revert`, { version })) : false;
  }

  private edit(change: (draft: RoleContent) => RoleContent): void {
    this.refused.set(null);
    this.draftState.update((draft) => draft && change(draft));
  }

  private async run(id: string, work: () => Promise<unknown>): Promise<boolean> {
    this.saving.set(true);
    this.refused.set(null);
    try {
      await work();
      await this.load(id);
      // The change may be about the reader's own role: what they see follows at once.
      await this.session.load();
      return true;
    } catch (error) {
      this.refused.set(toProblem(error));
      return false;
    } finally {
      this.saving.set(false);
    }
  }
}
