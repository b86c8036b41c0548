import { ChangeDetectionStrategy, Component, computed, inject, input, model } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { LookupService } from '@shared/record/lookup.service';
import { Draft, faultsOf } from './scenario.draft';

/** A number that is moved by a slider or typed. */
interface Slider { readonly name: 'chance' | 'amount' | 'shift'; readonly min: number; readonly max: number; readonly step: number; readonly rest: string }
const SLIDERS: readonly Slider[] = [{ name: 'chance', min: 0, max: 200, step: 5, rest: '100' }, { name: 'amount', min: -50, max: 50, step: 1, rest: '0' }, { name: 'shift', min: -90, max: 90, step: 1, rest: '0' }];

/** What is supposed of all deals: chance, amount, closing day, chance by stage, and new business. */
@Component({
  selector: 'crm-what-if-fields',
  imports: [TranslatePipe, ControlDirective, FieldComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @for (one of sliders; track one.name) {
      <div class="slider"><crm-field [label]="'forecast.scenario.' + one.name | translate" [hint]="'forecast.scenario.hint.' + one.name | translate" [error]="faults().has(one.name) ? ('forecast.scenario.wrong.' + one.name | translate) : null"><input crmControl type="text" inputmode="decimal" dir="ltr" autocomplete="off" [name]="one.name" [value]="draft()[one.name]" [placeholder]="one.rest" (input)="set(one.name, $any($event.target).value)" /></crm-field>
        <input type="range" [min]="one.min" [max]="one.max" [step]="one.step" [value]="draft()[one.name] || one.rest" [attr.aria-label]="('forecast.scenario.' + one.name | translate) + ' – ' + ('forecast.scenario.slider' | translate)" [attr.data-slider]="one.name" (input)="set(one.name, $any($event.target).value)" /></div>
    }
    <crm-field [label]="'forecast.scenario.business' | translate: { currency: currency() }" [hint]="'forecast.scenario.hint.business' | translate" [error]="faults().has('business') ? ('forecast.scenario.wrong.money' | translate) : null"><input crmControl name="business" type="text" inputmode="decimal" dir="ltr" autocomplete="off" placeholder="0.00" [value]="draft().business" (input)="set('business', $any($event.target).value)" /></crm-field>
    @if (stages().length > 0) {
      <details><summary>{{ 'forecast.scenario.byStage' | translate }}</summary><p class="crm-muted">{{ 'forecast.scenario.hint.byStage' | translate }}</p><div class="stages">
        @for (stage of stages(); track stage.id) { <crm-field [label]="stage.name" [error]="faults().has('stage:' + stage.id) ? ('forecast.scenario.wrong.chance' | translate) : null"><input crmControl type="text" inputmode="decimal" dir="ltr" autocomplete="off" [value]="draft().stages[stage.id] ?? ''" (input)="setStage(stage.id, $any($event.target).value)" /></crm-field> }
      </div></details>
    }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-3); grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr)); align-items: start; } .slider { display: grid; gap: 4px; } input[type='range'] { inline-size: 100%; min-block-size: 24px; accent-color: var(--crm-accent); margin: 0; } .crm-input { text-align: start; }
    details { grid-column: 1 / -1; } summary { cursor: pointer; color: var(--crm-text-2); min-block-size: 24px; font-size: var(--crm-text-13); } p { font-size: var(--crm-text-12); } .stages { display: grid; gap: var(--crm-3); grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); margin-block-start: var(--crm-2); }
  `,
})
export class WhatIfFieldsComponent {
  private readonly lookup = inject(LookupService);
  /** The scenario as it is typed. */
  readonly draft = model.required<Draft>();
  /** Of amounts. */
  readonly currency = input.required<string>();

  protected readonly sliders = SLIDERS;
  protected readonly faults = computed(() => faultsOf(this.draft()));
  protected readonly stages = computed(() => this.lookup.pipelines().flatMap((pipeline, _index, all) => pipeline.stages.filter(({ kind }) => kind === 'open').map((stage) => ({ id: stage.id, name: all.length > 1 ? `${pipeline.name}: ${this.lookup.stageName(stage)}` : this.lookup.stageName(stage) }))));

  constructor() {
    void this.lookup.need('pipelines');
  }

  protected set(name: 'chance' | 'amount' | 'shift' | 'business', text: string): void {
    this.draft.update((draft) => ({ ...draft, [name]: text }));
  }

  protected setStage(id: string, text: string): void {
    this.draft.update((draft) => ({ ...draft, stages: { ...draft.stages, [id]: text } }));
  }
}
