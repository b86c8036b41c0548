import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { choicesOfLines, CUSTOM_ENTITIES, CUSTOM_TYPES, CustomField, CustomType, linesOfChoices } from '@shared/extend/custom.model';
import { FormField, valuesFrom } from '@shared/record/form.model';
import { RecordPanelService } from '@shared/record/panel.service';
import { AdminWords } from '../admin.words';

const CHOOSING: readonly CustomType[] = ['choice', 'multi_choice'];
const BOUNDED: readonly CustomType[] = ['text', 'long_text', 'integer', 'decimal', 'money', 'date', 'datetime'];
const UNIQUE: readonly CustomType[] = ['text', 'integer', 'decimal', 'url', 'email', 'phone'];
const PATTERN: readonly CustomType[] = ['text', 'url', 'email', 'phone'];

/** Creates and edits custom fields in a panel. */
@Injectable({ providedIn: 'root' })
export class CustomFieldForm {
  private readonly api = inject(ApiClient);
  private readonly panel = inject(RecordPanelService);
  private readonly words = inject(AdminWords);

  /** A new field; what its type has no use for stays empty. */
  create(entity: string): Promise<CustomField | undefined> {
    const fields = [
      ...this.names(),
      { name: 'entity', label: this.text('entity'), kind: 'select', required: true, half: true, options: CUSTOM_ENTITIES.map((value) => ({ value, label: this.words.resource(value) })) } as const,
      { name: 'type', label: this.text('type'), kind: 'select', required: true, half: true, options: CUSTOM_TYPES.map((value) => ({ value, label: this.text(`types.${value}`) })) } as const,
      { name: 'key', label: this.text('key'), kind: 'text', required: true, dir: 'ltr', hint: this.text('keyHint') } as const,
      ...this.rules(null),
    ];
    const values = valuesFrom(fields, null, { entity, type: 'text' });
    return this.panel.open<CustomField>({ title: this.text('new'), action: this.text('create'), fields, values, save: (changes) => this.api.post('custom-fields', { entity, type: 'text', ...this.body(changes) }) });
  }

  /** Changes names and rules; entity, type and key stay. */
  edit(field: CustomField, tag: string | null): Promise<CustomField | undefined> {
    const fields = [...this.names(), { name: 'position', label: this.text('position'), kind: 'number', half: true } as const, ...this.rules(field.type)];
    const values = valuesFrom(fields, { ...field, choices: linesOfChoices(field.choices) });
    return this.panel.open<CustomField>({ title: this.text('edit'), action: this.words.text('shared.save'), fields, values, save: (changes) => this.api.patch(`custom-fields/${field.id}`, this.body(changes), tag) });
  }

  private names(): FormField[] {
    return [{ name: 'label', label: this.text('label'), kind: 'text', required: true, dir: 'ltr' }, { name: 'label_ar', label: this.text('labelAr'), kind: 'text', required: true, dir: 'rtl' }];
  }

  private rules(type: CustomType | null): FormField[] {
    const has = (types: readonly CustomType[]): boolean => type === null || types.includes(type);
    return [
      ...(has(CHOOSING) ? [{ name: 'choices', label: this.text('choices'), kind: 'textarea', hint: this.text('choicesHint') } as const] : []),
      { name: 'required', label: this.text('required'), kind: 'check', half: true, hint: this.text('requiredHint') },
      ...(has(UNIQUE) ? [{ name: 'unique', label: this.text('unique'), kind: 'check', half: true, hint: this.text('uniqueHint') } as const] : []),
      ...(has(BOUNDED) ? [{ name: 'min', label: this.text('min'), kind: 'text', half: true, dir: 'ltr', hint: this.text('boundsHint') } as const, { name: 'max', label: this.text('max'), kind: 'text', half: true, dir: 'ltr' } as const] : []),
      ...(has(PATTERN) ? [{ name: 'pattern', label: this.text('pattern'), kind: 'text', dir: 'ltr', hint: this.text('patternHint') } as const] : []),
    ];
  }

  private body({ choices, ...changes }: Record<string, unknown>): Record<string, unknown> {
    return choices === undefined ? changes : { ...changes, choices: choicesOfLines(typeof choices === 'string' ? choices : '') };
  }

  private text(key: string): string {
    return this.words.text(`extend.fields.${key}`);
  }
}
