import { ChangeDetectionStrategy, Component, ElementRef, inject, input, linkedSignal, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { LocaleService } from '@core/i18n/locale.service';
import { ReportCell } from '../report.cell';
import { HeatLine, heatMove } from './heat.cells';

/** Strength of a colour at most, in per cent: beyond it the text on it would lose its contrast. */
const STRONGEST = 34;

/** Numbers as a table of colours, for heat maps and cohorts: a table rather than a drawing, so that each number can be read, reached by arrows and opened. */
@Component({
  selector: 'crm-report-heat',
  imports: [TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="scroll" role="region" tabindex="-1" [attr.aria-label]="label()" (keydown)="pressed($event)">
      <table>
        <thead><tr><th scope="col" class="corner"><bdi>{{ corner() }}</bdi></th>@for (head of heads(); track $index) { <th scope="col"><bdi>{{ head }}</bdi></th> }</tr></thead>
        <tbody>
          @for (line of lines(); track line.key; let row = $index) {
            <tr><th scope="row" [title]="line.name"><bdi class="crm-ellipsis">{{ line.name }}</bdi></th>
              @for (cell of line.cells; track cell.key; let column = $index) {
                <td [class]="cell.state" [title]="cell.words">
                  @if (cell.state === 'known') { <button type="button" [attr.data-place]="row + '.' + column" [tabindex]="row === place().line && column === place().column ? 0 : -1" [style.--heat.%]="strength(cell.heat)" [class.below]="cell.heat < 0" (focus)="place.set({ line: row, column })" (click)="opened.emit(cell.cell)"><bdi class="crm-number">{{ cell.short }}</bdi><span class="crm-visually-hidden"> {{ cell.words }}</span></button> }
                  @else { <span tabindex="-1" [attr.data-place]="row + '.' + column"><span aria-hidden="true">{{ cell.state === 'future' ? '' : '–' }}</span><span class="crm-visually-hidden">{{ cell.words }}</span></span> }
                </td>
              }
            </tr>
          }
        </tbody>
      </table>
    </div>
    <p class="legend" aria-hidden="true"><span>{{ 'report.heat.least' | translate }}</span><span class="ramp"></span><span>{{ 'report.heat.most' | translate }}</span></p>
  `,
  styles: `
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-2); } .scroll { position: relative; overflow: auto; max-block-size: var(--crm-report-height, min(72dvh, 760px)); padding: 0 2px 2px; }
    table { border-collapse: separate; border-spacing: 2px; font-size: var(--crm-text-13); inline-size: 100%; } th { font-weight: 500; font-size: var(--crm-text-12); color: var(--crm-text-2); padding: 4px 6px; white-space: nowrap; }
    thead th { position: sticky; inset-block-start: 0; z-index: 1; background: var(--crm-surface); } tbody th, .corner { text-align: start; position: sticky; inset-inline-start: 0; background: var(--crm-surface); z-index: 1; } .corner.corner { z-index: 2; } tbody th bdi { display: block; max-inline-size: min(220px, 34vw); }
    td { padding: 0; text-align: center; block-size: 36px; min-inline-size: 58px; }
    button, td > span { display: grid; place-content: center; position: relative; inline-size: 100%; block-size: 36px; padding-inline: 6px; border-radius: 4px; white-space: nowrap; } button { color: var(--crm-text); background: color-mix(in srgb, var(--crm-chart-1) var(--heat, 0%), var(--crm-surface)); border: 1px solid var(--crm-border); }
    button.below { background: color-mix(in srgb, var(--crm-chart-8) var(--heat, 0%), var(--crm-surface)); } button:hover { outline: 2px solid var(--crm-accent); outline-offset: -2px; }
    .none { color: var(--crm-text-3); } .future > span { background: repeating-linear-gradient(135deg, var(--crm-sunken) 0 4px, var(--crm-surface) 4px 8px); }
    .legend { display: flex; align-items: center; gap: var(--crm-2); font-size: var(--crm-text-12); color: var(--crm-text-2); } .ramp { inline-size: 96px; block-size: 10px; border-radius: 3px; border: 1px solid var(--crm-border); background: linear-gradient(to right, var(--crm-surface), color-mix(in srgb, var(--crm-chart-1) 34%, var(--crm-surface))); } :host-context([dir='rtl']) .ramp { transform: scaleX(-1); }
  `,
})
export class HeatGridComponent {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly locale = inject(LocaleService);
  readonly lines = input.required<readonly HeatLine[]>();
  readonly heads = input.required<readonly string[]>();
  /** What the lines are. */
  readonly corner = input('');
  /** What the grid shows, for screen readers. */
  readonly label = input.required<string>();
  /** A number whose records are wanted. */
  readonly opened = output<ReportCell>();
  /** The one cell that Tab leads to. */
  protected readonly place = linkedSignal(() => {
    const line = Math.max(this.lines().findIndex(({ cells }) => cells.some(({ state }) => state === 'known')), 0);
    return { line, column: Math.max(this.lines()[line]?.cells.findIndex(({ state }) => state === 'known') ?? 0, 0) };
  });

  protected strength(heat: number): number {
    return Math.round(Math.min(Math.abs(heat), 1) * STRONGEST * 10) / 10;
  }

  protected pressed(event: KeyboardEvent): void {
    const held = (event.target as HTMLElement).dataset['place']?.split('.').map(Number);
    const at = held ? { line: held[0] ?? 0, column: held[1] ?? 0 } : this.place();
    const to = heatMove(at, { lines: this.lines().length, columns: this.heads().length }, event.key, this.locale.direction() === 'rtl');
    if (to === null) return;
    event.preventDefault();
    if (this.lines()[to.line]?.cells[to.column]?.state === 'known') this.place.set(to);
    this.host.querySelector<HTMLElement>(`[data-place="${to.line}.${to.column}"]`)?.focus();
  }
}
