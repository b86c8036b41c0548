import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { formatDate } from '@core/format/format';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { fieldOf, instantOf, PipelineAddress, PRESETS, quarterRange, quartersAround } from './pipeline.address';
import { PipelineWay } from './pipeline.way';
import { PageReader } from '@shared/format/reader';

/** Chooses the two instants that are compared, by name or exactly, and the quarter in which deals close. */
@Component({
  selector: 'crm-span-picker',
  imports: [TranslatePipe, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="since"><span aria-hidden="true">{{ 'pipeline.since' | translate }}</span><crm-tabs look="segmented" [controls]="false" [tabs]="starts()" [active]="address().start" (activeChange)="choose($event)" [label]="'pipeline.since' | translate" /></div>
    <form (submit)="apply($event)">
      <label><span>{{ 'pipeline.from' | translate }}</span><input class="crm-input" type="datetime-local" name="from" [value]="from()" (input)="from.set($any($event.target).value)" [attr.aria-invalid]="wrong()" required /></label>
      <label><span>{{ 'pipeline.until' | translate }}</span><input class="crm-input" type="datetime-local" name="until" [value]="until()" (input)="until.set($any($event.target).value)" [attr.aria-invalid]="wrong()" /></label>
      <button type="submit" class="crm-button" [attr.aria-disabled]="!ready()">{{ 'shared.apply' | translate }}</button>
    </form>
    @if (window()) { <label><span>{{ 'pipeline.closing' | translate }}</span>
      <select class="crm-input" name="close" (change)="close($any($event.target).value)"><option value="" [selected]="!address().close">{{ 'pipeline.anyTime' | translate }}</option>@for (quarter of quarters(); track quarter.key) { <option [value]="quarter.key" [selected]="quarter.key === address().close">{{ quarter.label }}</option> }</select>
    </label> }
    @if (wrong()) { <p class="wrong" role="alert">{{ 'pipeline.orderWrong' | translate }}</p> }
  `,
  styles: `
    :host { display: flex; flex-wrap: wrap; gap: var(--crm-3); align-items: end; } form { display: flex; flex-wrap: wrap; gap: var(--crm-2); align-items: end; }
    label, .since { display: grid; gap: 2px; min-inline-size: 0; } label span, .since > span { font-size: var(--crm-text-12); color: var(--crm-text-2); } .crm-input { inline-size: auto; min-inline-size: 150px; } .wrong { color: var(--crm-lost); font-size: var(--crm-text-13); flex-basis: 100%; }
    @media (max-width: 720px) { form, :host > label, form label { inline-size: 100%; } .crm-input { inline-size: 100%; } }
  `,
})
export class SpanPickerComponent {
  private readonly way = inject(PipelineWay);
  private readonly words = inject(PageReader);
  /** What is shown now. */
  readonly address = input.required<PipelineAddress>();

  /** Whether a closing window can be chosen. */
  readonly window = input(true);
  /** Where the numbers shown begin; null until they are there. */
  readonly begins = input.required<string | null>();

  private readonly shown = computed(() => this.address().from ?? this.begins());
  protected readonly from = linkedSignal(() => fieldOf(this.shown()));
  protected readonly until = linkedSignal(() => fieldOf(this.address().until));
  private readonly end = computed(() => instantOf(this.until()) ?? this.way.now());
  protected readonly wrong = computed(() => {
    const [start, end] = [instantOf(this.from()), this.end()];
    return start !== null && end !== null && Date.parse(start) >= Date.parse(end);
  });
  protected readonly ready = computed(() => instantOf(this.from()) !== null && (this.until() === '' || instantOf(this.until()) !== null) && !this.wrong());
  protected readonly starts = computed<Tab[]>(() => {
    const { text } = this.words.reader();
    return [...PRESETS, ...(this.address().start === 'custom' ? (['custom'] as const) : [])].map((key) => ({ key, label: text(`pipeline.presets.${key}`) }));
  });
  protected readonly quarters = computed(() => {
    const chosen = this.address().close;
    const keys = new Set([...quartersAround(new Date()), ...(chosen ? [chosen] : [])]);
    return [...keys].sort().map((key) => ({ key, label: formatDate(quarterRange(key)?.[0], this.words.reader().tag, 'quarter') }));
  });

  protected choose(start: string): void {
    if (start !== 'custom') void this.way.go({ from: start, until: null, pick: null, of: null });
  }

  protected close(quarter: string): void {
    void this.way.go({ close: quarter || null, pick: null, of: null });
  }

  protected apply(event: Event): void {
    event.preventDefault();
    if (!this.ready()) return;
    const { start, from, until } = this.address();
    // What was not touched stays as it was: a named start, and an instant with its seconds.
    const kept = start === 'custom' ? from : start;
    void this.way.go({
      from: this.from() === fieldOf(this.shown()) ? kept : instantOf(this.from()),
      until: this.until() === fieldOf(until) ? until : instantOf(this.until()),
      pick: null, of: null,
    });
  }
}
