import { ComponentType } from '@angular/cdk/portal';
import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { CalculatedValue, Grain, Having, ReportCondition, ReportDefinition } from '@core/reports/report.model';
import { DialogService } from '@shared/dialog/dialog.service';
import { Field, freeKey, isCalculated, MOST, Place, splitKey, viewOf, WellName } from '../definition/definition.model';
import { addTo, remove, replaceAt, tidy } from '../definition/definition.moves';
import type { CalculationData } from './editors/calculation-editor.component';
import type { ConditionData } from './editors/condition-editor.component';
import type { HavingData } from './editors/having-editor.component';
import { FieldWords } from './definition.words';
import { Choice, MemberValues } from './member.values';
import { ReportBuilder } from './report.builder';

/** What every editor is given. */
export interface EditorData {
  readonly definition: ReportDefinition;
  readonly words: FieldWords;
  /** The values that a member has, those with a text in them first asked for. */
  readonly valuesOf: (member: string, typed: string) => Promise<readonly Choice[]>;
}

/** Opens the editors of what stands in the wells, and takes over what they make as one step each. */
@Injectable()
export class ReportEditors {
  private readonly builder = inject(ReportBuilder);
  private readonly dialogs = inject(DialogService);
  private readonly values = inject(MemberValues);

  /** Puts a field into a well; a condition is opened, because it says nothing before its values are chosen. */
  async add(field: Field, well: WellName | undefined, index?: number): Promise<boolean> {
    const definition = this.builder.definition();
    const to = well ?? this.builder.usual(field);
    if (to === 'filters' && field.kind !== 'measure' && definition.view === viewOf(field.member)) {
      const condition = addTo(definition, field, 'filters').filters.at(-1);
      if (condition) await this.condition(definition.filters.length, condition);
      return true;
    }
    const added = await this.builder.add(field, to, index);
    if (added && to === 'filters') {
      const now = this.builder.definition();
      await this.edit({ well: 'filters', index: now.filters.length + now.having.length - 1 });
    }
    return added;
  }

  /** Edits what stands at a place: a condition, a condition on a value, or a calculation. */
  async edit(place: Place): Promise<void> {
    const definition = this.builder.definition();
    if (place.well === 'values') {
      const value = definition.values[place.index];
      if (value && isCalculated(value)) await this.calculation(value);
      return;
    }
    if (place.well !== 'filters') return;
    if (place.index < definition.filters.length) await this.condition(place.index);
    else await this.having(place.index - definition.filters.length);
  }

  /** A new condition on what stands at a place. */
  async conditionOf(place: Place): Promise<void> {
    const definition = this.builder.definition();
    if (place.well === 'values') {
      const value = definition.values[place.index];
      if (!value || definition.having.length >= MOST.having) return;
      await this.having(definition.having.length, { value: value.key, operator: 'gte', number: '' });
      return;
    }
    const split = place.well === 'filters' ? undefined : definition[place.well][place.index];
    if (!split) return;
    const condition = addTo(definition, { member: split.member, kind: split.grain ? 'time' : 'split' }, 'filters').filters.at(-1);
    if (condition) await this.condition(definition.filters.length, condition);
  }

  /** Edits a condition; what is new stands at the end once it is said. */
  async condition(index: number, start?: ReportCondition): Promise<void> {
    const condition = start ?? this.builder.definition().filters[index];
    if (!condition) return;
    const { ConditionEditorComponent } = await import('./editors/condition-editor.component');
    const made = await this.open<ConditionData, ReportCondition | 'remove'>(ConditionEditorComponent, { ...this.data(), condition }, 'crm-condition-title');
    if (made === undefined) return;
    if (made === 'remove') return void (start ? undefined : this.builder.remove({ well: 'filters', index }));
    this.builder.change((now) => (start ? tidy({ ...now, filters: [...now.filters, made] }) : replaceAt(now, 'filters', index, made)));
    this.builder.say('said.changed');
  }

  /** Edits a condition on a value. */
  async having(index: number, start?: Having): Promise<void> {
    const having = start ?? this.builder.definition().having[index];
    if (!having) return;
    const { HavingEditorComponent } = await import('./editors/having-editor.component');
    const made = await this.open<HavingData, Having | 'remove'>(HavingEditorComponent, { ...this.data(), having }, 'crm-having-title');
    if (made === undefined) return;
    if (made === 'remove') return void (start ? undefined : this.builder.remove({ well: 'filters', index: this.builder.definition().filters.length + index }));
    this.builder.change((now) => tidy({ ...now, having: start ? [...now.having, made] : now.having.map((one, at) => (at === index ? made : one)) }));
    this.builder.say('said.changed');
  }

  /** Edits a calculation, or makes one. */
  async calculation(value: CalculatedValue | null): Promise<void> {
    const definition = this.builder.definition();
    const { CalculationEditorComponent } = await import('./editors/calculation-editor.component');
    const made = await this.open<CalculationData, Omit<CalculatedValue, 'key'>>(CalculationEditorComponent, { ...this.data(), value }, 'crm-calculation-title');
    if (!made) return;
    const key = value?.key ?? freeKey(made.title, definition.values);
    this.builder.change((now) => tidy({ ...now, values: value ? now.values.map((one) => (one.key === key ? { key, ...made } : one)) : [...now.values, { key, ...made }] }));
    this.builder.say('said.changed');
  }

  /** Another step of a time; one that stands there already takes its place. */
  grain({ well, index }: Place, grain: Grain): void {
    if (well !== 'rows' && well !== 'columns') return;
    this.builder.change((now) => {
      const split = now[well][index];
      if (!split) return now;
      const next = { ...split, grain };
      const twin = ([['rows', now.rows], ['columns', now.columns]] as const).map(([name, list]) => ({ well: name, index: list.findIndex((one, at) => splitKey(one) === splitKey(next) && !(name === well && at === index)) })).find((one) => one.index >= 0);
      const changed = replaceAt(now, well, index, next);
      return twin ? remove(changed, twin) : changed;
    });
  }

  sort(by: string, order: 'asc' | 'desc'): void {
    this.builder.change((now) => ({ ...now, sort: { by, order } }));
    this.builder.say('said.changed');
  }

  /** The ten largest by a value, and the rest as one row. */
  top(value: string): void {
    this.builder.change((now) => tidy({ ...now, top: { value, n: 10, others: true, order: 'desc' } }));
    this.builder.say('said.changed');
  }

  private data(): EditorData {
    return { definition: this.builder.definition(), words: this.builder.words(), valuesOf: (member, typed) => this.values.of(member, typed) };
  }

  private open<D, R>(component: ComponentType<unknown>, data: D, title: string): Promise<R | undefined> {
    return firstValueFrom(this.dialogs.open<unknown, D, R>(component, { data, width: 'min(640px, calc(100vw - 24px))', maxWidth: '100vw', ariaLabelledBy: title, autoFocus: '[data-first]' }).afterClosed());
  }
}
