import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { AvatarComponent } from '../chip/avatar.component';
import { ChartPoint } from './chart-card.component';

/** People or things in order, each with a bar and its number: what ngx-charts has no chart for. `funnel` centres the bars and shows the share of the first. */
@Component({
  selector: 'crm-ranking',
  imports: [AvatarComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[style.--bar]': '`var(--crm-chart-${color()})`' },
  template: `
    <ol [attr.aria-label]="label()" [class]="look()">
      @for (row of rows(); track row.point.key) {
        <li [class.off]="selected() !== null && selected() !== row.point.key"><button type="button" [attr.aria-pressed]="selected() === null ? null : selected() === row.point.key" (click)="pick.emit(row.point)">
          @if (look() === 'people') { <crm-avatar [name]="row.point.label" [size]="26" /> }
          <span class="name"><bdi class="crm-ellipsis">{{ row.point.label }}</bdi>@if (row.point.detail) { <small class="crm-ellipsis"><bdi>{{ row.point.detail }}</bdi></small> }</span>
          <span class="track"><span class="bar" [style.inline-size.%]="row.share"></span></span>
          <bdi class="number crm-number">{{ row.point.text }}</bdi>
        </button></li>
      }
    </ol>
  `,
  styles: `
    :host { display: block; container-type: inline-size; } ol { display: grid; grid-template-columns: auto minmax(110px, 1.7fr) minmax(32px, 1fr) auto; column-gap: var(--crm-3); row-gap: 2px; align-content: space-between; block-size: 100%; }
    li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; } .plain { grid-template-columns: minmax(110px, 1.7fr) minmax(32px, 1fr) auto; }
    button { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; align-items: center; min-block-size: 40px; border-radius: var(--crm-radius); text-align: start; transition: background var(--crm-fast); }
    button:hover { background: var(--crm-hover); }
    .name { display: grid; justify-items: start; min-inline-size: 0; line-height: 1.3; } .name > * { max-inline-size: 100%; } small { color: var(--crm-text-3); font-size: var(--crm-text-12); }
    .track { block-size: 8px; border-radius: 4px; background: var(--crm-sunken); overflow: hidden; } .bar { display: block; block-size: 100%; min-inline-size: 2px; border-radius: 4px; background: var(--bar); transition: inline-size 200ms; }
    .number { text-align: end; font-weight: 500; } .off .bar { opacity: 0.3; } [aria-pressed='true'] .name { font-weight: 600; }
    .funnel { grid-template-columns: minmax(86px, 1fr) minmax(80px, 2.2fr) minmax(40px, auto); } .funnel .track { block-size: 26px; background: none; border-radius: 4px; display: grid; justify-items: center; } .funnel :not(.off) > button .bar { opacity: 0.9; }
  `,
})
export class RankingComponent {
  /** The rows, in order. */
  readonly points = input.required<readonly ChartPoint[]>();
  /** What the list shows, for screen readers. */
  readonly label = input.required<string>();
  /** Initials before names, plain, or a funnel. */
  readonly look = input<'people' | 'plain' | 'funnel'>('plain');
  /** Number of the palette's colour. */
  readonly color = input<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8>(1);
  /** Key of the row that is chosen; null where none is. */
  readonly selected = input<string | null>(null);
  /** A row was opened. */
  readonly pick = output<ChartPoint>();

  protected readonly rows = computed(() => {
    const top = Math.max(...this.points().map((point) => point.value), 0) || 1;
    return this.points().map((point) => ({ point, share: Math.max(0, (point.value / top) * 100) }));
  });
}
