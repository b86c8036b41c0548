import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { ReportCondition, ReportFilter } from '@core/reports/report.model';
import { IconComponent } from '@shared/icon/icon.component';
import { isAny, isSaid } from '../../definition/definition.model';
import { catalogue } from '../catalogue.model';
import type { EditorData } from '../report.editors';
import { conditionOn, operatorsOf, valueKind, withOperator } from './filter.kinds';
import { ValuePickerComponent } from './value-picker.component';

export interface ConditionData extends EditorData {
  readonly condition: ReportCondition;
}

/** Edits a condition on records: how its field is compared and with what, and alternatives of which one suffices. */
@Component({
  selector: 'crm-condition-editor',
  imports: [IconComponent, TranslatePipe, ValuePickerComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './condition-editor.component.html',
  styleUrl: './editor.scss',
})
export class ConditionEditorComponent {
  protected readonly data = inject<ConditionData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<ConditionEditorComponent, ReportCondition | 'remove'>>(MatDialogRef);
  protected readonly parts = signal<readonly ReportFilter[]>(isAny(this.data.condition) ? this.data.condition.any : [this.data.condition]);
  protected readonly tried = signal(false);
  protected readonly ready = computed(() => this.parts().every(isSaid) && this.parts().every((part) => !this.isBackward(part)));
  /** What is asked with every question has no alternatives. */
  protected readonly mayAdd = computed(() => this.parts().length < 20 && !this.parts().some(({ member }) => this.data.words.meanings.get(member)?.asked));
  protected readonly fields = catalogue(this.data.words.meanings, '', this.data.words.arabic, this.data.definition.view).find(({ name }) => name === this.data.definition.view)?.groups
    .flatMap(({ entries }) => entries).filter(({ kind, member }) => kind === 'split' || kind === 'time' || this.parts().some((part) => part.member === member)) ?? [];

  protected operators({ member }: ReportFilter): readonly string[] {
    return operatorsOf(this.data.words.meanings.get(member));
  }

  protected kind({ member, operator }: ReportFilter): string {
    return valueKind(this.data.words.meanings.get(member), operator);
  }

  protected titleOf({ member }: ReportFilter): string {
    return this.fields.find((one) => one.member === member)?.title ?? member;
  }

  protected isSaid(part: ReportFilter): boolean {
    return isSaid(part);
  }

  protected isBackward({ operator, values }: ReportFilter): boolean {
    return /DateRange$/.test(operator) && (values?.[0] ?? '') > (values?.[1] ?? '') && (values?.[1] ?? '') !== '';
  }

  /** An instant of the warehouse as a control for date and time shows it, in UTC. */
  protected clock(value: string | undefined): string {
    return (value ?? '').slice(0, 16);
  }

  /** What such a control says, as the warehouse takes it. */
  protected instant(clock: string): string {
    return clock === '' ? '' : `${clock.slice(0, 16)}:00.000Z`;
  }

  protected field(index: number, member: string): void {
    this.put(index, conditionOn(member, this.data.words.meanings.get(member)));
  }

  protected operator(index: number, part: ReportFilter, operator: string): void {
    this.put(index, withOperator(part, operator, this.data.words.meanings.get(part.member)));
  }

  protected values(index: number, part: ReportFilter, values: readonly string[]): void {
    this.put(index, { ...part, values });
  }

  protected day(index: number, part: ReportFilter, side: 0 | 1, day: string): void {
    const [from = '', to = ''] = part.values ?? [];
    this.values(index, part, side === 0 ? [day, to] : [from, day]);
  }

  protected more(): void {
    const last = this.parts().at(-1);
    if (last) this.parts.update((parts) => [...parts, conditionOn(last.member, this.data.words.meanings.get(last.member))]);
  }

  protected less(index: number): void {
    this.parts.update((parts) => parts.filter((_, at) => at !== index));
  }

  protected save(): void {
    this.tried.set(true);
    if (!this.ready()) return;
    const [first, ...rest] = this.parts();
    if (first) this.dialog.close(rest.length === 0 ? first : { any: this.parts() });
  }

  private put(index: number, part: ReportFilter): void {
    this.parts.update((parts) => parts.map((one, at) => (at === index ? part : one)));
  }
}
