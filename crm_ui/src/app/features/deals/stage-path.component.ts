import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, input, output, viewChildren } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { LocaleService } from '@core/i18n/locale.service';
import { CountPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { LookupService } from '@shared/record/lookup.service';
import { DealStatus, Stage } from '@shared/record/record.model';
import { StagePath, Step } from './stage.path';

/** The way of a deal through its pipeline; a click, or arrows and Enter, move it. On a phone the stages are a bar and a list to choose from. */
@Component({
  selector: 'crm-stage-path',
  imports: [TranslatePipe, CountPipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="path" role="group" [attr.aria-label]="'deals.stages' | translate">
      @for (step of all(); track step.stage.id; let index = $index) {
        <button #button type="button" class="step" [attr.data-state]="step.state" [attr.data-kind]="step.stage.kind" [class.first-end]="index === path().steps.length" [attr.aria-current]="step.state === 'current' ? 'step' : null" [attr.aria-disabled]="!editable() || step.state === 'current'"
          [tabindex]="index === home() ? 0 : -1" (click)="go(step)" (keydown)="arrow($event, index)">
          <span class="name">@if (step.state === 'done' || (step.stage.kind === 'won' && step.state === 'current')) { <crm-icon name="check" [size]="14" /> } @else if (step.stage.kind === 'lost' && step.state === 'current') { <crm-icon name="x" [size]="14" /> }<span class="crm-ellipsis">{{ nameFor(step) }}</span></span>
          @if (step.days !== null && step.stage.kind === 'open') { <span class="days crm-number">{{ 'deals.days' | translate: { count: (step.days | crmCount) } }}</span> }
          @if (editable() && step.state !== 'current') { <span class="crm-visually-hidden">{{ 'record.comma' | translate }}{{ 'deals.moveHere' | translate }}</span> }
        </button>
      }
    </div>
    <div class="small">
      <div class="bar" aria-hidden="true">@for (step of path().steps; track step.stage.id) { <span [attr.data-state]="step.state" [attr.data-kind]="status()"></span> }</div>
      <label><span class="crm-visually-hidden">{{ 'deals.stage' | translate }}</span>
        <select class="crm-input" [disabled]="!editable()" (change)="choose($any($event.target))">@for (step of all(); track step.stage.id) { <option [value]="step.stage.id" [selected]="step.state === 'current'">{{ nameFor(step) }}</option> }</select></label>
      @if (currentDays(); as days) { <p class="crm-muted">{{ 'deals.inStage' | translate: { count: (days.value | crmCount) } }}</p> }
    </div>
  `,
  styles: `
    :host { display: block; min-inline-size: 0; }
    .path { display: flex; gap: 2px; overflow: hidden; padding: 2px; }
    .step { position: relative; flex: 1 1 0; min-inline-size: 0; display: grid; align-content: center; gap: 0; block-size: 46px; padding-inline: 20px 12px; text-align: start; background: var(--crm-skeleton); color: var(--crm-text-2); font-weight: 500; transition: background var(--crm-fast);
      --tip: 10px; clip-path: polygon(0 0, calc(100% - var(--tip)) 0, 100% 50%, calc(100% - var(--tip)) 100%, 0 100%, var(--tip) 50%); margin-inline-end: -8px; }
    .step:first-child { clip-path: polygon(0 0, calc(100% - var(--tip)) 0, 100% 50%, calc(100% - var(--tip)) 100%, 0 100%); border-start-start-radius: var(--crm-radius); border-end-start-radius: var(--crm-radius); padding-inline-start: 14px; }
    :host-context([dir='rtl']) .step[data-kind='open'] { clip-path: polygon(100% 0, var(--tip) 0, 0 50%, var(--tip) 100%, 100% 100%, calc(100% - var(--tip)) 50%); }
    :host-context([dir='rtl']) .step[data-kind='open']:first-child { clip-path: polygon(100% 0, var(--tip) 0, 0 50%, var(--tip) 100%, 100% 100%); }
    .step[data-kind='won'], .step[data-kind='lost'] { flex: 0 0 auto; padding-inline: 14px; clip-path: none; border-radius: var(--crm-radius); margin-inline: 0; border: 1px solid var(--crm-border-strong); background: var(--crm-surface); } .first-end { margin-inline-start: 18px !important; }
    .step[data-state='done'] { background: var(--crm-accent-soft); color: var(--crm-accent-strong); }
    .step[data-state='current'] { background: var(--crm-accent-fill); color: var(--crm-on-accent); font-weight: 600; } .step[data-state='current'][data-kind='won'] { background: var(--crm-won); border-color: transparent; color: var(--crm-surface); } .step[data-state='current'][data-kind='lost'] { background: var(--crm-lost); border-color: transparent; color: var(--crm-surface); }
    .step:not([aria-disabled='true']):hover { background: var(--crm-selected); color: var(--crm-text); } .step[data-kind='won']:not([aria-disabled='true']):hover { background: var(--crm-won-soft); color: var(--crm-won); } .step[data-kind='lost']:not([aria-disabled='true']):hover { background: var(--crm-lost-soft); color: var(--crm-lost); }
    .step[aria-disabled='true'] { cursor: default; } .step:focus-visible { outline: none; box-shadow: inset 0 0 0 3px var(--crm-focus); } .step[data-state='current']:focus-visible { box-shadow: inset 0 0 0 3px var(--crm-on-accent); }
    .name { display: flex; align-items: center; gap: 4px; min-inline-size: 0; font-size: var(--crm-text-13); } .days { font-size: 11px; font-weight: 400; opacity: 0.9; white-space: nowrap; }
    .small { display: none; gap: var(--crm-2); } .bar { display: flex; gap: 3px; } .bar span { flex: 1; block-size: 6px; border-radius: 3px; background: var(--crm-border); } .bar [data-state='done'], .bar [data-state='current'] { background: var(--crm-accent-fill); } .bar [data-state='done'][data-kind='won'] { background: var(--crm-won); } .bar [data-state='done'][data-kind='lost'] { background: var(--crm-lost); } .small p { font-size: var(--crm-text-13); }
    @media (max-width: 720px) { .path { display: none; } .small { display: grid; } }
  `,
})
export class StagePathComponent {
  private readonly locale = inject(LocaleService);
  private readonly lookup = inject(LookupService);
  /** The path. */
  readonly path = input.required<StagePath>();
  /** The deal's status, for the colour of the bar. */
  readonly status = input.required<DealStatus>();
  /** False where the person may not change the deal. */
  readonly editable = input(true);
  /** The person wants the deal in this stage. */
  readonly moveTo = output<Stage>();

  protected readonly all = computed(() => [...this.path().steps, ...this.path().ends]);
  protected readonly home = computed(() => Math.max(0, this.all().findIndex((step) => step.state === 'current')));
  protected readonly currentDays = computed(() => {
    const step = this.path().steps.find(({ state }) => state === 'current');
    return step && step.days !== null ? { value: step.days } : null;
  });
  private readonly buttons = viewChildren<ElementRef<HTMLButtonElement>>('button');

  protected nameFor({ stage }: Step): string {
    return this.lookup.stageName(stage);
  }

  protected go(step: Step): void {
    if (this.editable() && step.state !== 'current') this.moveTo.emit(step.stage);
  }

  protected choose(select: HTMLSelectElement): void {
    const step = this.all().find(({ stage }) => stage.id === select.value);
    // The list shows where the deal is until it has really moved.
    select.value = this.all()[this.home()]?.stage.id ?? '';
    if (step) this.go(step);
  }

  protected arrow(event: KeyboardEvent, index: number): void {
    const rtl = this.locale.direction() === 'rtl';
    const last = this.all().length - 1;
    const target = { ArrowRight: index + (rtl ? -1 : 1), ArrowLeft: index + (rtl ? 1 : -1), Home: 0, End: last }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.buttons()[Math.min(last, Math.max(0, target))]?.nativeElement.focus();
  }
}
