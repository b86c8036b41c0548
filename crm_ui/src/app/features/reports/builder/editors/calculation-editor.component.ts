import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, signal, viewChild } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { CalculatedValue } from '@core/reports/report.model';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { isCalculated, keysOf } from '../../definition/definition.model';
import { parseFormula, TotalKind } from '../../definition/expression.parse';
import { formulaText } from '../../definition/expression.text';
import { unitOf, unitsOf } from '../../definition/expression.unit';
import { valueText } from '../definition.words';
import type { EditorData } from '../report.editors';

export interface CalculationData extends EditorData {
  /** Null for a new one. */
  readonly value: CalculatedValue | null;
}

const KEYS = ['+', '−', '×', '÷', '(', ')'] as const;
const SHARES: readonly TotalKind[] = ['grand', 'row', 'column', 'parent'];

/** Writes a calculated measure: its names and its formula, of which each mistake is told in words while it is typed. */
@Component({
  selector: 'crm-calculation-editor',
  imports: [ControlDirective, FieldComponent, IconComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './calculation-editor.component.html',
  styleUrl: './editor.scss',
})
export class CalculationEditorComponent {
  protected readonly data = inject<CalculationData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<CalculationEditorComponent, Omit<CalculatedValue, 'key'>>>(MatDialogRef);
  private readonly box = viewChild.required<ElementRef<HTMLTextAreaElement>>('box');
  protected readonly keys = KEYS;
  protected readonly shares = SHARES;

  /** Values that it may be made of: all but itself and those that are made of it. */
  protected readonly values = this.data.definition.values.filter((one) => !this.dependsOn(one.key, this.data.value?.key ?? null)).map((one) => {
    const english = valueText(one, { ...this.data.words, arabic: false });
    const arabic = valueText(one, { ...this.data.words, arabic: true });
    return { key: one.key, title: this.data.words.arabic ? arabic : english, titles: [...new Set([english, arabic])] };
  });
  private readonly units = unitsOf(this.data.definition.values, (measure) => this.data.words.meanings.get(measure)?.unit ?? 'number');

  protected readonly title = signal(this.data.value?.title ?? '');
  protected readonly titleAr = signal(this.data.value?.title_ar ?? '');
  protected readonly formula = signal(this.data.value ? formulaText(this.data.value.calculation, { arabic: this.data.words.arabic, name: (key) => this.nameOf(key) }) : '');
  protected readonly picked = signal(this.values[0]?.key ?? '');
  protected readonly tried = signal(false);
  protected readonly parsed = computed(() => parseFormula(this.formula(), this.values));
  protected readonly unit = computed(() => { const { expression } = this.parsed(); return expression ? unitOf(expression, this.units) : null; });
  /** What is wrong, in words; an empty box is told of only once the person wants to go on. */
  protected readonly wrong = computed((): string | null => {
    const [{ error }, unit, { text }] = [this.parsed(), this.unit(), this.data.words];
    if (error) return error.code === 'empty' && !this.tried() ? null : text(`reports.formula.errors.${error.code}`, { text: error.text, place: new Intl.NumberFormat(this.data.words.tag).format(error.at + 1) });
    if (!unit?.problem) return null;
    const { op, left, right } = unit.problem;
    return text(`reports.formula.errors.${op === '*' ? 'times' : op === '-' ? 'minus' : 'plus'}`, { left: text(`reports.units.${left}`), right: text(`reports.units.${right}`) });
  });

  /** Puts text where the cursor stands. */
  protected insert(text: string): void {
    const { nativeElement: box } = this.box();
    const [from, to, old] = [box.selectionStart, box.selectionEnd, this.formula()];
    const gap = from > 0 && !/[\s(]$/.test(old.slice(0, from)) && text !== ')' ? ' ' : '';
    this.formula.set(`${old.slice(0, from)}${gap}${text}${old.slice(to)}`);
    box.value = this.formula();
    box.focus();
    box.setSelectionRange(from + gap.length + text.length, from + gap.length + text.length);
  }

  protected insertValue(key: string): void {
    this.insert(`[${this.nameOf(key)}]`);
  }

  protected insertShare(of: TotalKind): void {
    if (this.picked()) this.insert(formulaText({ op: '/', args: [{ value: this.picked() }, { value: this.picked(), of }] }, { arabic: this.data.words.arabic, name: (key) => this.nameOf(key) }));
  }

  protected save(): void {
    this.tried.set(true);
    const [{ expression }, title, arabic] = [this.parsed(), this.title().trim(), this.titleAr().trim()];
    if (!expression || this.wrong() !== null || (title === '' && arabic === '')) return;
    this.dialog.close({ title: title || arabic, ...(arabic ? { title_ar: arabic } : {}), calculation: expression });
  }

  /** The title that tells a value from the others; its key where two have the same. */
  private nameOf(key: string): string {
    const one = this.values.find((value) => value.key === key);
    if (!one) return key;
    return this.values.some((other) => other.key !== key && other.titles.includes(one.title)) ? key : one.title;
  }

  private dependsOn(key: string, on: string | null): boolean {
    if (on === null) return false;
    if (key === on) return true;
    const value = this.data.definition.values.find((one) => one.key === key);
    return value !== undefined && isCalculated(value) && keysOf(value.calculation).some((part) => part !== key && this.dependsOn(part, on));
  }
}
