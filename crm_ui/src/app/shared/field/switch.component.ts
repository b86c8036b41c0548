import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

/** Switches something on and off at once; the state comes back through `on`. */
@Component({
  selector: 'crm-switch',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<button type="button" role="switch" [attr.aria-checked]="on()" [attr.aria-label]="label()" [attr.aria-disabled]="busy()" (click)="busy() || turned.emit(!on())"><i></i></button>`,
  styles: `
    :host { display: inline-grid; } button { position: relative; inline-size: 40px; block-size: 24px; border-radius: 999px; background: var(--crm-control-border); transition: background var(--crm-fast); }
    button::after { content: ''; position: absolute; inset: -8px; } button:focus-visible { border-radius: 999px; }
    i { position: absolute; inset-block-start: 3px; inset-inline-start: 3px; inline-size: 18px; block-size: 18px; border-radius: 50%; background: #fff; transition: inset-inline-start var(--crm-fast); }
    button[aria-checked='true'] { background: var(--crm-accent-fill); } button[aria-checked='true'] i { inset-inline-start: 19px; } button[aria-disabled='true'] { opacity: 0.55; }
    @media (forced-colors: active) { button { border: 1px solid; } i { background: ButtonText; } }
  `,
})
export class SwitchComponent {
  /** Whether it is on. */
  readonly on = input.required<boolean>();
  /** What it switches, already translated. */
  readonly label = input.required<string>();
  /** True while the last turn is on its way. */
  readonly busy = input(false);
  /** What the reader wants. */
  readonly turned = output<boolean>();
}
