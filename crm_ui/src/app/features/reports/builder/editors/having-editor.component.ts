import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { Having } from '@core/reports/report.model';
import { IconComponent } from '@shared/icon/icon.component';
import { unitsOf } from '../../definition/expression.unit';
import { valueText } from '../definition.words';
import type { EditorData } from '../report.editors';

export interface HavingData extends EditorData {
  readonly having: Having;
}

const OPERATORS: readonly Having['operator'][] = ['gte', 'gt', 'lte', 'lt', 'equals', 'notEquals'];

/** Edits a condition on a value: which rows of the report are shown. */
@Component({
  selector: 'crm-having-editor',
  imports: [IconComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form novalidate (submit)="$event.preventDefault(); save()">
      <header><h2 id="crm-having-title">{{ 'reports.having.title' | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
      <div class="body">
        <div class="line">
          <select class="crm-input" [attr.aria-label]="'reports.having.value' | translate" (change)="value.set($any($event.target).value)" data-test="having-value">@for (one of values; track one.key) { <option [value]="one.key" [selected]="one.key === value()">{{ one.title }}</option> }</select>
          <select class="crm-input" [attr.aria-label]="'table.how' | translate" (change)="operator.set($any($event.target).value)" data-test="having-operator">@for (one of operators; track one) { <option [value]="one" [selected]="one === operator()">{{ 'reports.compare.' + one | translate }}</option> }</select>
          <input class="crm-input" type="text" inputmode="decimal" dir="ltr" [attr.aria-label]="'reports.conditions.value' | translate" [value]="number()" (input)="number.set($any($event.target).value)" [attr.aria-invalid]="tried() && plain() === null" data-first data-test="having-number" />
        </div>
        @if (isRatio()) { <p class="hint">{{ 'reports.having.ratio' | translate }}</p> }
        @if (tried() && plain() === null) { <p class="error" role="alert">{{ 'reports.having.wrong' | translate }}</p> }
        <p class="hint">{{ 'reports.having.hint' | translate }}</p>
      </div>
      <footer><button type="button" class="crm-button crm-button--ghost" (click)="dialog.close('remove')">{{ 'reports.acts.remove' | translate }}</button><button type="button" class="crm-button" (click)="dialog.close()">{{ 'shared.cancel' | translate }}</button><button type="submit" class="crm-button crm-button--primary" data-test="having-save">{{ 'shared.apply' | translate }}</button></footer>
    </form>
  `,
  styleUrl: './editor.scss',
})
export class HavingEditorComponent {
  private readonly data = inject<HavingData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<HavingEditorComponent, Having | 'remove'>>(MatDialogRef);
  protected readonly operators = OPERATORS;
  protected readonly values = this.data.definition.values.map((value) => ({ key: value.key, title: valueText(value, this.data.words) }));
  private readonly units = unitsOf(this.data.definition.values, (measure) => this.data.words.meanings.get(measure)?.unit ?? 'number');
  protected readonly value = signal(this.data.having.value);
  protected readonly operator = signal(this.data.having.operator);
  protected readonly number = signal(this.data.having.number);
  protected readonly tried = signal(false);
  protected readonly isRatio = computed(() => this.units.get(this.value()) === 'ratio');
  /** What was typed as plain decimal text; null where it is none. */
  protected readonly plain = computed(() => decimalOf(this.number()));

  protected save(): void {
    this.tried.set(true);
    const number = this.plain();
    if (number !== null) this.dialog.close({ value: this.value(), operator: this.operator(), number });
  }
}

/** Decimal text of what was typed, with digits of either kind, thousands apart, or as a percentage; null where it is no number. */
export function decimalOf(typed: string): string | null {
  const text = typed.trim().replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/٫/g, '.').replace(/[٬,\s]/g, '').replace(/−/g, '-').replace(/٪/g, '%');
  const [, sign = '', whole = '', part = '', percent] = /^(-?)(\d{1,16})(?:\.(\d{1,6}))?(%?)$/.exec(text) ?? [];
  if (whole === '') return null;
  if (!percent) return `${sign}${whole}${part && `.${part}`}`;
  const digits = whole.padStart(3, '0');
  const decimals = `${digits.slice(-2)}${part}`.slice(0, 6).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -2).replace(/^0+(?=\d)/, '')}${decimals && `.${decimals}`}`;
}
