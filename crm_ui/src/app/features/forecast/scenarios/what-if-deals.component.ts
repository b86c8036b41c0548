import { ChangeDetectionStrategy, Component, computed, input, model } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { Reference } from '@core/api/api.client';
import { ListFilter } from '@core/api/list.query';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ReferencePickerComponent } from '@shared/record/reference-picker.component';
import { DealDraft, Draft, faultsOf } from './scenario.draft';

const OPEN: readonly ListFilter[] = [{ field: 'status', operator: 'eq', value: 'open' }];

/** What is supposed of single deals: won, lost, another day, another amount. */
@Component({
  selector: 'crm-what-if-deals',
  imports: [TranslatePipe, ControlDirective, FieldComponent, IconComponent, ReferencePickerComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h3>{{ 'forecast.scenario.deals' | translate }}</h3>
    <ul>@for (deal of draft().deals; track deal.id) {
      <li role="group" [attr.aria-label]="deal.name || deal.id"><strong class="crm-ellipsis" dir="auto">{{ deal.name || deal.id }}</strong>
        <crm-field [label]="'forecast.scenario.outcome' | translate"><select crmControl (change)="change(deal, { outcome: $any($event.target).value })">@for (one of outcomes; track one) { <option [value]="one" [selected]="one === deal.outcome">{{ 'forecast.scenario.outcomes.' + (one || 'open') | translate }}</option> }</select></crm-field>
        <crm-field [label]="'forecast.scenario.day' | translate"><input crmControl type="date" [value]="deal.date" (input)="change(deal, { date: $any($event.target).value })" /></crm-field>
        <crm-field [label]="'forecast.scenario.worth' | translate: { currency: currency() }" [error]="faults().has('deal:' + deal.id) ? ('forecast.scenario.wrong.money' | translate) : null"><input crmControl type="text" inputmode="decimal" dir="ltr" autocomplete="off" [value]="deal.amount" (input)="change(deal, { amount: $any($event.target).value })" /></crm-field>
        <button type="button" class="crm-icon-button" (click)="drop(deal)" [attr.aria-label]="('forecast.scenario.drop' | translate) + ': ' + (deal.name || deal.id)"><crm-icon name="x" [size]="16" /></button></li>
    }</ul>
    <crm-field [label]="'forecast.scenario.addDeal' | translate" [hint]="'forecast.scenario.hint.deals' | translate"><crm-reference-picker resource="deals" [filters]="open" [value]="null" (chosen)="add($event)" /></crm-field>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); } h3 { font-size: var(--crm-text-13); } ul { display: grid; gap: var(--crm-2); } li { display: grid; grid-template-columns: minmax(120px, 2fr) repeat(3, minmax(110px, 1fr)) auto; gap: var(--crm-2); align-items: end; padding: var(--crm-2); border: 1px solid var(--crm-border); border-radius: var(--crm-radius); } li strong { align-self: center; font-size: var(--crm-text-13); }
    @media (max-width: 720px) { li { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } li strong { grid-column: 1 / -1; } }
  `,
})
export class WhatIfDealsComponent {
  /** The scenario as it is typed. */
  readonly draft = model.required<Draft>();
  /** Of amounts. */
  readonly currency = input.required<string>();

  protected readonly open = OPEN;
  protected readonly outcomes = ['', 'won', 'lost'] as const;
  protected readonly faults = computed(() => faultsOf(this.draft()));

  protected add(deal: Reference | null): void {
    if (deal === null || this.draft().deals.some(({ id }) => id === deal.id)) return;
    this.draft.update((draft) => ({ ...draft, deals: [...draft.deals, { id: deal.id, name: deal.name, outcome: 'won', date: '', amount: '' }] }));
  }

  protected change({ id }: DealDraft, to: Partial<DealDraft>): void {
    this.draft.update((draft) => ({ ...draft, deals: draft.deals.map((deal) => (deal.id === id ? { ...deal, ...to } : deal)) }));
  }

  protected drop({ id }: DealDraft): void {
    this.draft.update((draft) => ({ ...draft, deals: draft.deals.filter((deal) => deal.id !== id) }));
  }
}
