import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, input, output, signal, viewChildren } from '@angular/core';
import { LocaleService } from '@core/i18n/locale.service';
import { ChartPoint } from './chart-card.component';
import { drawWaterfall, WaterfallStep } from './waterfall.layout';

/**
 * From one level to another, step by step: what ngx-charts has no chart for. Columns where there is room, rows on a phone; laid out by logical
 * properties alone, so that right-to-left mirrors it. Arrows walk along the bars, Enter and Space open one; the exact number of the bar looked at stands below.
 */
@Component({
  selector: 'crm-waterfall',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'label()', '[style.--plot]': 'height() - 28 + "px"', '(keydown)': 'pressed($event)', '(pointerleave)': 'seen.set(null)' },
  template: `
    <div class="plot" [style.--count]="steps().length">
      <div class="lines" aria-hidden="true">
        @for (line of drawing().lines; track line.value) { <span class="line" [class.base]="line.value === 0" [style.--at]="line.at + '%'"><span class="level"><bdi class="crm-number">{{ axisFormat()(line.value) }}</bdi></span></span> }
      </div>
      @for (bar of drawing().bars; track bar.step.key; let index = $index) {
        <button #mark type="button" class="step" [attr.data-key]="bar.step.key" [attr.data-look]="bar.look" [class.chosen]="bar.step.key === chosen()" [attr.aria-pressed]="bar.step.key === chosen()" [tabindex]="index === place() ? 0 : -1"
          [style.--column]="index + 1" [style.--low]="bar.low + '%'" [style.--size]="bar.size + '%'" [style.--level]="bar.level + '%'" (click)="open(index)" (focus)="look(index)" (pointerenter)="seen.set(index)">
          <span class="name crm-ellipsis"><bdi>{{ bar.step.label }}</bdi></span>
          <span class="track"><span class="bar" [class.cut]="bar.look === 'total' && drawing().base > 0"></span>@if (!bar.last) { <span class="link"></span> }<bdi class="text crm-number">{{ bar.step.text }}</bdi><span class="crm-visually-hidden">, {{ spoken(bar.step) }}</span></span>
        </button>
      }
    </div>
    <p class="exact" aria-hidden="true">@if (detail(); as step) { <strong><bdi>{{ step.label }}</bdi></strong> <bdi class="crm-number">{{ step.full }}</bdi>@if (step.detail) { <span>· <bdi>{{ step.detail }}</bdi></span> } } @else if (drawing().base > 0) { {{ cutText() }} }</p>
  `,
  styleUrl: './waterfall.component.scss',
})
export class WaterfallComponent {
  private readonly locale = inject(LocaleService);
  /** The steps in order, the first and the last being levels. */
  readonly steps = input.required<readonly WaterfallStep[]>();
  /** What the chart shows, for screen readers. */
  readonly label = input.required<string>();
  /** Numbers on the value axis. */
  readonly axisFormat = input<(value: number) => string>((value) => String(value));
  /** Says that the scale does not begin at zero. */
  readonly cutText = input('');
  /** The key of the step whose rows are shown. */
  readonly chosen = input<string | null>(null);
  /** Least height in pixels where the bars stand as columns. */
  readonly height = input(308);
  /** A step was opened. */
  readonly pick = output<ChartPoint>();

  protected readonly drawing = computed(() => drawWaterfall(this.steps()));
  protected readonly place = signal(0);
  protected readonly seen = signal<number | null>(null);
  protected readonly detail = computed(() => this.steps()[this.seen() ?? -1]);
  private readonly marks = viewChildren<ElementRef<HTMLButtonElement>>('mark');

  /** What the bar says beyond what is seen: the exact number where it was shortened, and the detail. */
  protected spoken({ text, full, detail }: WaterfallStep): string {
    return [full === text ? '' : full, detail].filter(Boolean).join(', ');
  }

  protected open(index: number): void {
    const step = this.steps()[index];
    if (step) this.pick.emit(step);
  }

  protected look(index: number): void {
    this.place.set(index);
    this.seen.set(index);
  }

  protected pressed(event: KeyboardEvent): void {
    const last = this.steps().length - 1;
    const [forward, back] = this.locale.direction() === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const step = event.key === forward || event.key === 'ArrowDown' ? 1 : event.key === back || event.key === 'ArrowUp' ? -1 : 0;
    const target = event.key === 'Home' ? 0 : event.key === 'End' ? last : step === 0 ? null : (this.place() + step + last + 1) % (last + 1);
    if (target === null) return;
    event.preventDefault();
    this.marks()[target]?.nativeElement.focus();
  }
}
