import { ChangeDetectionStrategy, Component, computed, input, output, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { placedTiles, regionKey } from './region.tiles';

/** A region with its number. */
export interface RegionPoint {
  readonly key: string;
  /** As the answer has it. */
  readonly value: unknown;
  readonly label: string;
  readonly text: string;
  /** Exact, with its names. */
  readonly words: string;
  /** 0 to 1, below zero for what is negative; null where there is no number. */
  readonly heat: number | null;
  readonly change: string;
}

const STRONGEST = 34;

/** Regions where they lie, as tiles of a schematic map with their names in both languages; what has no place there stands below. */
@Component({
  selector: 'crm-report-map',
  imports: [TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'label()' },
  template: `
    <div class="map">
      @for (tile of tiles(); track tile.point.key) { <button type="button" class="tile" [style.--column]="tile.place.column" [style.--row]="tile.place.row" [style.--heat.%]="strength(tile.point)" [class.below]="(tile.point.heat ?? 0) < 0" [class.none]="tile.point.heat === null" [title]="tile.point.words" (click)="pick.emit(tile.point.key)">
        <strong><bdi>{{ tile.point.label }}</bdi></strong><small [attr.lang]="other()"><bdi>{{ tile.second }}</bdi></small><span class="crm-number"><bdi>{{ tile.point.text }}</bdi></span>@if (tile.point.change) { <small class="crm-number"><bdi>{{ tile.point.change }}</bdi></small> }<span class="crm-visually-hidden"> {{ tile.point.words }}</span>
      </button> }
    </div>
    @if (rest().length > 0) {
      <p>{{ 'report.map.other' | translate }}</p>
      <div class="rest">@for (tile of rest(); track tile.key) { <button type="button" class="tile" [style.--heat.%]="strength(tile)" [class.below]="(tile.heat ?? 0) < 0" [title]="tile.words" (click)="pick.emit(tile.key)"><strong><bdi>{{ tile.label }}</bdi></strong><span class="crm-number"><bdi>{{ tile.text }}</bdi></span><span class="crm-visually-hidden"> {{ tile.words }}</span></button> }</div>
    }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); container-type: inline-size; } .map { display: grid; grid-auto-columns: minmax(0, 1fr); grid-auto-rows: minmax(92px, auto); gap: 6px; direction: ltr; } .rest { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 6px; }
    .tile { position: relative; display: grid; align-content: center; justify-items: center; gap: 1px; padding: var(--crm-2); border: 1px solid var(--crm-border); border-radius: var(--crm-radius); text-align: center; min-inline-size: 0; overflow-wrap: anywhere; color: var(--crm-text); background: color-mix(in srgb, var(--crm-chart-1) var(--heat, 0%), var(--crm-surface)); } .map .tile { grid-column: var(--column); grid-row: var(--row); }
    .tile.below { background: color-mix(in srgb, var(--crm-chart-8) var(--heat, 0%), var(--crm-surface)); } .tile.none { background: var(--crm-sunken); } .tile:hover { border-color: var(--crm-accent); } strong { font-weight: 600; } small { font-size: var(--crm-text-12); } p { font-size: var(--crm-text-12); color: var(--crm-text-2); } .rest .tile { min-block-size: 64px; }
    @container (max-width: 520px) { .map { grid-template-columns: repeat(2, minmax(0, 1fr)); grid-auto-flow: dense; } .map .tile { grid-column: auto; grid-row: auto; min-block-size: 84px; } }
  `,
})
export class RegionMapComponent {
  readonly points = input.required<readonly RegionPoint[]>();
  /** The reader's language is Arabic, so that the second name is the English one. */
  readonly arabic = input.required<boolean>();
  /** What the map shows, for screen readers. */
  readonly label = input.required<string>();
  /** Key of a region that was opened. */
  readonly pick = output<string>();

  protected readonly other = computed(() => (this.arabic() ? 'en' : 'ar'));
  /** The words of the other language, which a reader of one has not loaded. */
  private readonly words = resource({ params: () => this.other(), loader: async ({ params }) => (params === 'en' ? await import('../../../../../i18n/en/values.json') : await import('../../../../../i18n/ar/values.json')).default.values.region as Readonly<Record<string, string>> });
  private readonly places = computed(() => placedTiles(this.points().map(({ value }) => regionKey(value))));
  protected readonly tiles = computed(() => {
    const names = this.words.hasValue() ? this.words.value() : {};
    return this.points().flatMap((point) => {
      const key = regionKey(point.value);
      const place = this.places().get(key);
      return place ? [{ point, place, second: names[key] ?? '' }] : [];
    });
  });
  protected readonly rest = computed(() => this.points().filter(({ value }) => !this.places().has(regionKey(value))));

  protected strength({ heat }: RegionPoint): number {
    return Math.round(Math.min(Math.abs(heat ?? 0), 1) * STRONGEST * 10) / 10;
  }
}
