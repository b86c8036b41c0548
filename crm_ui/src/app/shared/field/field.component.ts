import { ChangeDetectionStrategy, Component, computed, contentChild, Directive, effect, ElementRef, inject, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { Problem, problemOfField } from '@core/api/problem';

let serial = 0;

/** Marks the control of a `crm-field`: an input, a select or a textarea. */
@Directive({ selector: '[crmControl]', host: { class: 'crm-input' } })
export class ControlDirective {
  /** The control itself. */
  readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
}

/** A labelled control with a hint and an error; ties them together for screen readers. */
@Component({
  selector: 'crm-field',
  imports: [TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <label [attr.for]="id">{{ label() }}@if (optional()) {&ngsp;<span class="optional">{{ 'shared.optional' | translate }}</span> }</label>
    <ng-content />
    @if (message(); as text) { <p class="error" [id]="id + '-error'"><bdi>{{ text }}</bdi></p> } @else if (hint()) { <p class="hint" [id]="id + '-hint'">{{ hint() }}</p> }
  `,
  styles: `
    :host { display: grid; gap: 4px; align-content: start; min-inline-size: 0; } label { font-size: var(--crm-text-13); font-weight: 500; color: var(--crm-text-2); }
    .optional { color: var(--crm-text-3); font-weight: 400; margin-inline-start: 2px; } .hint, .error { font-size: var(--crm-text-12); color: var(--crm-text-3); } .error { color: var(--crm-lost); }
  `,
})
export class FieldComponent {
  /** The label, already translated. */
  readonly label = input.required<string>();
  /** Help below the control. */
  readonly hint = input('');
  /** Says that it may stay empty. */
  readonly optional = input(false);
  /** The error of the form itself, already translated. */
  readonly error = input<string | null>(null);
  /** The last problem of the API; the message for `name` is shown here. */
  readonly problem = input<Problem | null>(null);
  /** The field's name as the API knows it. */
  readonly name = input('');

  protected readonly id = `crm-field-${++serial}`;
  protected readonly message = computed(() => this.error() ?? (this.name() ? problemOfField(this.problem(), this.name()) : null));
  private readonly control = contentChild(ControlDirective);

  constructor() {
    effect(() => {
      const element = this.control()?.element;
      if (!element) return;
      element.id = this.id;
      const invalid = this.message() !== null;
      element.setAttribute('aria-invalid', String(invalid));
      const described = invalid ? `${this.id}-error` : this.hint() ? `${this.id}-hint` : null;
      if (described) element.setAttribute('aria-describedby', described);
      else element.removeAttribute('aria-describedby');
    });
  }
}
