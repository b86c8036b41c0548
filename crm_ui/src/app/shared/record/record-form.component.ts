import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, signal, ViewEncapsulation } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { Reference } from '@core/api/api.client';
import { ListFilter } from '@core/api/list.query';
import { Problem, toProblem } from '@core/api/problem';
import { ControlDirective, FieldComponent } from '../field/field.component';
import { IconComponent } from '../icon/icon.component';
import { ProblemComponent } from '../states/states.component';
import { changesOf, FormField, FormValue, FormValues, inWords, missingOf } from './form.model';
import { ReferencePickerComponent } from './reference-picker.component';

/** What the form is opened with; texts are already translated. */
export interface RecordFormData<T> {
  readonly title: string;
  readonly action: string;
  readonly fields: readonly FormField[];
  readonly values: FormValues;
  /** True where the values are those of a new record, so that all of them are sent and not what differs. */
  readonly whole?: boolean;
  /** Sends what has changed; a rejection is shown in the form. */
  readonly save: (changes: Record<string, unknown>) => Promise<T>;
}

/** The form of a record in a panel at the side: made from a list of fields, so that creating and editing look the same everywhere. */
@Component({
  selector: 'crm-record-form',
  imports: [TranslatePipe, ControlDirective, FieldComponent, IconComponent, ProblemComponent, ReferencePickerComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  encapsulation: ViewEncapsulation.None,
  template: `
    <form novalidate (submit)="$event.preventDefault(); submit()">
      <header><h2 id="crm-record-form-title">{{ data.title }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
      <div class="fields">
        @if (general(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
        @for (field of data.fields; track field.name) {
          <crm-field [class.half]="field.half" [label]="field.required ? field.label + ' *' : field.label" [hint]="field.hint ?? ''" [name]="field.name" [problem]="problem()" [error]="tried() && missing().has(field.name) ? ('record.required' | translate) : null">
            @switch (field.kind) {
              @case ('select') {
                <select crmControl (change)="set(field.name, $any($event.target).value || null)">
                  @if (!field.required || values()[field.name] === null) { <option value="">{{ 'record.notChosen' | translate }}</option> }
                  @for (option of field.options ?? []; track option.value) { <option [value]="option.value" [selected]="option.value === values()[field.name]">{{ option.label }}</option> }
                </select>
              }
              @case ('reference') { <crm-reference-picker [resource]="field.resource ?? ''" [filters]="narrow(field)" [value]="referenceOf(field.name)" (chosen)="set(field.name, $event)" /> }
              @case ('textarea') { <textarea crmControl rows="3" dir="auto" [value]="textOf(field.name)" (input)="set(field.name, $any($event.target).value)"></textarea> }
              @case ('yesno') {
                <select crmControl (change)="set(field.name, $any($event.target).value || null)">
                  <option value="">{{ 'record.notChosen' | translate }}</option>
                  @for (option of ['true', 'false']; track option) { <option [value]="option" [selected]="option === values()[field.name]">{{ (option === 'true' ? 'record.yes' : 'record.no') | translate }}</option> }
                </select>
              }
              @case ('choices') {
                <div class="choices" role="group" [attr.aria-label]="field.label">
                  @for (option of field.options ?? []; track option.value) { <label class="check"><input type="checkbox" [checked]="chosen(field.name).includes(option.value)" (change)="turn(field.name, option.value, $any($event.target).checked)" />{{ option.label }}</label> }
                </div>
              }
              @case ('color') {
                <div class="color">
                  <input crmControl type="color" [class.none]="!textOf(field.name)" [value]="textOf(field.name) || '#64748b'" (input)="set(field.name, $any($event.target).value)" /><span class="crm-muted" dir="ltr">{{ textOf(field.name) }}</span>
                  @if (textOf(field.name)) { <button type="button" class="crm-button crm-button--small" (click)="set(field.name, null)">{{ 'record.noColor' | translate }}</button> } @else { <span class="crm-muted">{{ 'record.noColor' | translate }}</span> }
                </div>
              }
              @case ('check') { <label class="check"><input crmControl type="checkbox" [checked]="values()[field.name] === true" (change)="set(field.name, $any($event.target).checked)" />{{ 'record.yes' | translate }}</label> }
              @default { <input crmControl [type]="field.kind === 'date' ? 'date' : field.kind === 'datetime' ? 'datetime-local' : field.kind === 'email' ? 'email' : field.kind === 'tel' ? 'tel' : 'text'" [attr.inputmode]="field.kind === 'number' || field.kind === 'money' ? 'decimal' : null" [attr.dir]="field.dir ?? (field.kind === 'text' ? 'auto' : 'ltr')" autocomplete="off" [value]="textOf(field.name)" (input)="set(field.name, $any($event.target).value)" /> }
            }
          </crm-field>
        }
      </div>
      <footer><button type="button" class="crm-button" (click)="dialog.close()">{{ 'shared.cancel' | translate }}</button><button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="saving()">{{ data.action }}</button></footer>
    </form>
  `,
  styles: `
    crm-record-form { display: block; block-size: 100%; }
    crm-record-form > form { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; block-size: 100dvh; }
    crm-record-form header { display: flex; align-items: center; justify-content: space-between; gap: var(--crm-3); padding: var(--crm-4) var(--crm-6); border-block-end: 1px solid var(--crm-border); }
    crm-record-form .fields { display: grid; grid-template-columns: 1fr 1fr; gap: var(--crm-4); align-content: start; padding: var(--crm-4) var(--crm-6) var(--crm-6); overflow-y: auto; } crm-record-form .fields > * { grid-column: 1 / -1; } crm-record-form .fields > .half { grid-column: auto; }
    crm-record-form footer { display: flex; justify-content: flex-end; gap: var(--crm-2); padding: var(--crm-3) var(--crm-6); border-block-start: 1px solid var(--crm-border); }
    crm-record-form input[dir='ltr']:dir(ltr) { text-align: start; } [dir='rtl'] crm-record-form input[dir='ltr'] { text-align: right; }
    crm-record-form .color { display: flex; align-items: center; gap: var(--crm-2); } crm-record-form .color input { inline-size: 56px; padding: 4px; cursor: pointer; } crm-record-form .color input.none { opacity: 0.4; }
    crm-record-form .choices { display: grid; gap: 2px; }
    crm-record-form .check { display: inline-flex; align-items: center; gap: var(--crm-2); min-block-size: var(--crm-control); } crm-record-form .check input { inline-size: 16px; min-block-size: 16px; block-size: 16px; padding: 0; }
    @media (max-width: 720px) { crm-record-form header, crm-record-form footer { padding-inline: var(--crm-4); } crm-record-form .fields { padding-inline: var(--crm-4); } }
  `,
})
export class RecordFormComponent {
  private readonly translate = inject(TranslateService);
  protected readonly data = inject<RecordFormData<unknown>>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<RecordFormComponent, unknown>>(MatDialogRef);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected readonly values = signal<FormValues>(this.data.values);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly saving = signal(false);
  protected readonly tried = signal(false);
  protected readonly missing = computed(() => missingOf(this.data.fields, this.values()));
  /** A problem that belongs to none of the fields shown. */
  protected readonly general = computed(() => {
    const problem = this.problem();
    const names = new Set(this.data.fields.map((field) => field.name));
    return problem && (problem.errors.length === 0 || problem.errors.some((item) => !names.has(item.path))) ? problem : null;
  });

  protected textOf(name: string): string {
    const value = this.values()[name];
    return typeof value === 'string' ? value : '';
  }

  protected chosen(name: string): readonly string[] {
    return this.textOf(name).split(',').filter((one) => one !== '');
  }

  protected turn(name: string, value: string, on: boolean): void {
    const others = this.chosen(name).filter((one) => one !== value);
    this.set(name, (on ? [...others, value] : others).join(',') || null);
  }

  protected referenceOf(name: string): Reference | null {
    const value = this.values()[name];
    return typeof value === 'object' ? (value ?? null) : null;
  }

  protected narrow(field: FormField): readonly ListFilter[] {
    const by = field.within ? this.referenceOf(field.within) : null;
    return field.within && by ? [{ field: field.within, operator: 'eq', value: by.id }] : [];
  }

  protected set(name: string, value: FormValue): void {
    this.values.update((values) => ({ ...values, [name]: value }));
  }

  protected async submit(): Promise<void> {
    this.tried.set(true);
    if (this.saving()) return;
    if (this.missing().size > 0) return this.toFirstError();
    const changes = changesOf(this.data.fields, this.data.whole ? {} : this.data.values, this.values());
    if (Object.keys(changes).length === 0) return this.dialog.close();
    this.saving.set(true);
    try {
      this.dialog.close(await this.data.save(changes));
    } catch (error) {
      this.problem.set(inWords(toProblem(error), (key) => String(this.translate.instant(key))));
      this.toFirstError();
    } finally {
      this.saving.set(false);
    }
  }

  private toFirstError(): void {
    setTimeout(() => this.host.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  }
}
