import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { FormField, valuesFrom } from '@shared/record/form.model';
import { RecordPanelService } from '@shared/record/panel.service';
import { Role, RoleContent } from '../admin.model';
import { AdminWords } from '../admin.words';

/** Makes roles and names them, in a panel. */
@Injectable({ providedIn: 'root' })
export class RoleForm {
  private readonly api = inject(ApiClient);
  private readonly panel = inject(RecordPanelService);
  private readonly words = inject(AdminWords);

  /** A new role that begins as another one, or as one that may do nothing. */
  create(roles: readonly Role[]): Promise<Role | undefined> {
    const fields: FormField[] = [
      ...this.names(),
      { name: 'key', label: this.words.text('admin.roles.key'), kind: 'text', required: true, dir: 'ltr', hint: this.words.text('admin.roles.keyHint') },
      { name: 'copy', label: this.words.text('admin.roles.copy'), kind: 'select', options: roles.map((role) => ({ value: role.id, label: this.words.name(role) })), hint: this.words.text('admin.roles.copyHint') },
    ];
    return this.panel.open<Role>({
      title: this.words.text('admin.roles.new'), action: this.words.text('admin.roles.create'), fields, values: valuesFrom(fields, null),
      save: ({ copy, ...changes }) => {
        const from = roles.find((role) => role.id === copy);
        return this.api.post('roles', { permissions: from?.permissions ?? {}, fields: from?.fields ?? {}, ...changes });
      },
    });
  }

  /** Other names; nothing is sent, they are part of the role's changes. */
  rename(role: RoleContent): Promise<{ name?: string; name_ar?: string } | undefined> {
    const fields = this.names();
    return this.panel.open({ title: this.words.text('admin.roles.rename'), action: this.words.text('shared.apply'), fields, values: valuesFrom(fields, role), save: (changes) => Promise.resolve(changes as { name?: string; name_ar?: string }) });
  }

  private names(): FormField[] {
    return [
      { name: 'name', label: this.words.text('admin.roles.nameEn'), kind: 'text', required: true, dir: 'ltr' },
      { name: 'name_ar', label: this.words.text('admin.field.name_ar'), kind: 'text', required: true, dir: 'rtl' },
    ];
  }
}
