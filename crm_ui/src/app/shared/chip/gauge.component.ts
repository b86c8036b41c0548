import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { formatPercent, toNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';

/** A probability as a ring or, small, as a bar; a missing one is a dash and an empty ring, never zero. */
@Component({
  selector: 'crm-gauge',
  changeDetection: ChangeDetectionStrategy.OnPush,
  // A meter must have a value; without one it is a picture of that.
  host: { '[attr.role]': 'per100() === null ? "img" : "meter"', '[attr.aria-valuemin]': 'per100() === null ? null : 0', '[attr.aria-valuemax]': 'per100() === null ? null : 100', '[attr.aria-valuenow]': 'per100()', '[attr.aria-valuetext]': 'per100() === null ? null : text()', '[attr.aria-label]': 'per100() === null ? label() + ": " + text() : label()', '[attr.data-level]': 'level()', '[class.bar]': 'shape() === "bar"' },
  template: `
    @if (shape() === 'ring') {
      <svg viewBox="0 0 72 72" aria-hidden="true"><circle class="track" cx="36" cy="36" r="30" /><circle class="fill" cx="36" cy="36" r="30" pathLength="100" [attr.stroke-dasharray]="(per100() ?? 0) + ' 100'" /></svg>
      <bdi class="crm-number">{{ text() }}</bdi>
    } @else {
      <span class="line"><span [style.inline-size.%]="per100() ?? 0"></span></span><bdi class="crm-number">{{ text() }}</bdi>
    }
  `,
  styles: `
    :host { --tone: var(--crm-stale); position: relative; display: inline-grid; place-items: center; inline-size: 72px; }
    :host([data-level='high']) { --tone: var(--crm-won); } :host([data-level='middle']) { --tone: var(--crm-accent); } :host([data-level='low']) { --tone: var(--crm-risk); }
    svg { grid-area: 1 / 1; inline-size: 100%; transform: rotate(-90deg); }
    circle { fill: none; stroke-width: 7; } .track { stroke: var(--crm-sunken); } .fill { stroke: var(--tone); stroke-linecap: butt; transition: stroke-dasharray 200ms; }
    bdi { grid-area: 1 / 1; font-weight: 600; font-size: var(--crm-text-16); }
    :host(.bar) { display: inline-flex; gap: var(--crm-2); inline-size: 100%; min-inline-size: 84px; }
    :host(.bar) bdi { font-size: var(--crm-text-13); font-weight: 500; min-inline-size: 4ch; text-align: end; }
    .line { flex: 1; block-size: 6px; border-radius: 3px; background: var(--crm-sunken); overflow: hidden; } .line span { display: block; block-size: 100%; border-radius: 3px; background: var(--tone); }
  `,
})
export class GaugeComponent {
  private readonly locale = inject(LocaleService);
  /** A probability from 0 to 1, or null. */
  readonly value = input.required<unknown>();
  /** What it is the probability of, for screen readers. */
  readonly label = input.required<string>();
  /** A ring for a page, a bar for a row. */
  readonly shape = input<'ring' | 'bar'>('ring');

  protected readonly per100 = computed(() => {
    const value = toNumber(this.value());
    return value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  });
  protected readonly text = computed(() => formatPercent(toNumber(this.value()), this.locale.tag(), 0));
  protected readonly level = computed(() => {
    const value = this.per100();
    if (value === null) return 'none';
    return value >= 60 ? 'high' : value >= 30 ? 'middle' : 'low';
  });
}
