import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { initials } from '@core/format/format';

/** The initials of a person or a company, always in the same colour for the same name. */
@Component({
  selector: 'crm-avatar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true', '[attr.data-letters]': 'letters()', '[style.--hue]': 'hue()', '[style.--size.px]': 'size()', '[class.square]': 'square()' },
  // Drawn, not written: the letters are no text, or the names of controls around them would have to contain them.
  template: '',
  styles: `
    :host { display: inline-grid; place-items: center; flex: none; inline-size: var(--size); block-size: var(--size); border-radius: 50%; overflow: hidden;
      font-size: calc(var(--size) * 0.39); font-weight: 600; line-height: 1; letter-spacing: 0;
      background: light-dark(hsl(var(--hue) 52% 91%), hsl(var(--hue) 28% 24%)); color: light-dark(hsl(var(--hue) 55% 30%), hsl(var(--hue) 60% 82%)); }
    :host::before { content: attr(data-letters); }
    :host(.square) { border-radius: var(--crm-radius); }
  `,
})
export class AvatarComponent {
  /** Whose initials. */
  readonly name = input.required<string>();
  /** Width and height in pixels. */
  readonly size = input(28);
  /** Square for companies, round for people. */
  readonly square = input(false);

  protected readonly letters = computed(() => initials(this.name()));
  protected readonly hue = computed(() => ([...this.name()].reduce((sum, letter) => Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 16_777_619), 2_166_136_261) >>> 0) % 12 * 30);
}
