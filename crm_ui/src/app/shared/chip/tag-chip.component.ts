import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** The name of a tag with its colour, which is a mark beside the name and never all that is said. */
@Component({
  selector: 'crm-tag-chip',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<span class="crm-tag-dot" [style.background]="color() ?? 'var(--crm-text-3)'" aria-hidden="true"></span><bdi class="crm-ellipsis">{{ name() }}</bdi>`,
  styles: `:host { display: inline-flex; align-items: center; gap: 6px; min-inline-size: 0; max-inline-size: 100%; min-block-size: 24px; padding-inline: 10px; border: 1px solid var(--crm-border); border-radius: 999px; background: var(--crm-surface); font-size: var(--crm-text-12); color: var(--crm-text); }`,
})
export class TagChipComponent {
  readonly name = input.required<string>();
  /** Such as `#1d4ed8`; null where the tag has none. */
  readonly color = input<string | null>(null);
}
