import { inject, Injectable } from '@angular/core';
import { ApiClient, RecordBase } from '@core/api/api.client';
import { FormField, valuesFrom } from '@shared/record/form.model';
import { RecordPanelService } from '@shared/record/panel.service';
import { AdminWords } from '../admin.words';

/** A tag as the API lists it. */
export interface Tag extends RecordBase {
  readonly name: string;
  /** Such as `#1d4ed8`. */
  readonly color: string | null;
  /** How many records carry it. */
  readonly records: number;
}

/** Creates, edits and merges tags in a panel. */
@Injectable({ providedIn: 'root' })
export class TagForm {
  private readonly api = inject(ApiClient);
  private readonly panel = inject(RecordPanelService);
  private readonly words = inject(AdminWords);

  /** A new tag. */
  create(): Promise<Tag | undefined> {
    const fields = this.fields();
    return this.panel.open<Tag>({ title: this.text('new'), action: this.text('create'), fields, values: valuesFrom(fields, null), save: (changes) => this.api.post('tags', changes) });
  }

  /** Another name or colour; every record shows it at once. */
  edit(tag: Tag, version: string | null): Promise<Tag | undefined> {
    const fields = this.fields();
    return this.panel.open<Tag>({ title: this.text('edit'), action: this.words.text('shared.save'), fields, values: valuesFrom(fields, tag), save: (changes) => this.api.patch(`tags/${tag.id}`, changes, version) });
  }

  /** Makes a tag part of another one of `others`. */
  merge(tag: Tag, others: readonly Tag[]): Promise<Tag | undefined> {
    const options = others.map(({ id, name, records }) => ({ value: id, label: `${name} (${this.words.number(records)})` }));
    const fields: FormField[] = [{ name: 'into', label: this.text('into'), kind: 'select', required: true, options, hint: this.text('intoHint', { name: tag.name }) }];
    return this.panel.open<Tag>({ title: this.text('mergeTitle', { name: tag.name }), action: this.text('merge'), fields, values: valuesFrom(fields, null), save: (changes) => this.api.post(`tags/${tag.id}/merge`, changes) });
  }

  private fields(): FormField[] {
    return [{ name: 'name', label: this.words.text('record.fields.name'), kind: 'text', required: true }, { name: 'color', label: this.text('color'), kind: 'color', hint: this.text('colorHint') }];
  }

  private text(key: string, values?: Record<string, unknown>): string {
    return this.words.text(`extend.tags.${key}`, values);
  }
}
