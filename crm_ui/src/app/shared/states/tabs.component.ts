import { ChangeDetectionStrategy, Component, ElementRef, input, model, viewChildren } from '@angular/core';
import { inject } from '@angular/core';
import { LocaleService } from '@core/i18n/locale.service';

/** One tab; `count` stands behind its label. */
export interface Tab {
  readonly key: string;
  readonly label: string;
  readonly count?: string | null;
}

let serial = 0;

/** Tabs after the WAI-ARIA pattern: arrows move along the line of reading, Home and End to the ends. The panel is the caller's: `role="tabpanel"` with `[id]="tabs.panelId"`. */
@Component({
  selector: 'crm-tabs',
  changeDetection: ChangeDetectionStrategy.OnPush,
  exportAs: 'crmTabs',
  host: { role: 'tablist', '[attr.aria-label]': 'label()', '[class.segmented]': 'look() === "segmented"' },
  template: `
    @for (tab of tabs(); track tab.key; let index = $index) {
      <button #button type="button" role="tab" [id]="id + '-' + tab.key" [attr.aria-selected]="tab.key === active()" [attr.aria-controls]="controls() ? panelId : null" [tabindex]="tab.key === active() ? 0 : -1" (click)="active.set(tab.key)" (keydown)="move($event, index)">
        {{ tab.label }}@if (tab.count) { <span class="count crm-number">{{ tab.count }}</span> }
      </button>
    }
  `,
  styles: `
    :host { display: flex; gap: var(--crm-4); border-block-end: 1px solid var(--crm-border); overflow-x: auto; scrollbar-width: none; }
    button { padding-block: var(--crm-2); color: var(--crm-text-2); font-weight: 500; border-block-end: 2px solid transparent; margin-block-end: -1px; white-space: nowrap; }
    button:hover { color: var(--crm-text); } button[aria-selected='true'] { color: var(--crm-text); border-color: var(--crm-accent); }
    button:focus-visible { outline-offset: -2px; }
    .count { margin-inline-start: 6px; color: var(--crm-text-3); font-weight: 400; }
    :host(.segmented) { display: inline-flex; gap: 2px; padding: 2px; border: 0; border-radius: var(--crm-radius); background: var(--crm-sunken); }
    :host(.segmented) button { padding: 3px 10px; border: 0; margin: 0; border-radius: 4px; font-size: var(--crm-text-13); }
    :host(.segmented) button[aria-selected='true'] { background: var(--crm-surface); box-shadow: 0 0 0 1px var(--crm-border); }
  `,
})
export class TabsComponent {
  private readonly locale = inject(LocaleService);
  /** False where the tabs choose what a chart shows and there is no panel of their own. */
  readonly controls = input(true);
  /** The tabs. */
  readonly tabs = input.required<readonly Tab[]>();
  /** The key of the open tab; two-way. */
  readonly active = model.required<string>();
  /** What the tabs choose between, for screen readers. */
  readonly label = input.required<string>();
  /** A line under the tabs of a page, or a small switch. */
  readonly look = input<'line' | 'segmented'>('line');

  /** For the ids of this row of tabs. */
  readonly id = `crm-tabs-${++serial}`;
  /** The id that the panel takes. */
  readonly panelId = `${this.id}-panel`;
  private readonly buttons = viewChildren<ElementRef<HTMLButtonElement>>('button');

  protected move(event: KeyboardEvent, index: number): void {
    const last = this.tabs().length - 1;
    const forward = this.locale.direction() === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = this.locale.direction() === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const target = { [forward]: index === last ? 0 : index + 1, [back]: index === 0 ? last : index - 1, Home: 0, End: last }[event.key];
    const tab = target === undefined ? undefined : this.tabs()[target];
    if (target === undefined || !tab) return;
    event.preventDefault();
    this.active.set(tab.key);
    this.buttons()[target]?.nativeElement.focus();
  }
}
