import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatMenu, MatMenuContent, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { Grain, grains, ReportValue, Split } from '@core/reports/report.model';
import { SessionService } from '@core/session/session.service';
import { IconComponent } from '@shared/icon/icon.component';
import { Place } from '../definition/definition.model';

/** A field in a well. */
export interface Chip {
  readonly key: string;
  readonly place: Place;
  readonly text: string;
  /** What stands behind its name, such as a formula. */
  readonly detail: string;
  /** How many stand in its well. */
  readonly size: number;
  readonly split: Split | null;
  readonly value: ReportValue | null;
  /** What the API says is wrong with it. */
  readonly problem: string | null;
}

/** What its menu does. */
export type ChipAct = { readonly do: 'up' | 'down' | 'rows' | 'columns' | 'filter' | 'edit' | 'top' | 'remove' } | { readonly do: 'grain'; readonly grain: Grain } | { readonly do: 'sort'; readonly order: 'asc' | 'desc' };

/** A field in a well with the menu of all that can be done with it. */
@Component({
  selector: 'crm-report-chip',
  imports: [IconComponent, MatMenu, MatMenuContent, MatMenuItem, MatMenuTrigger, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="chip" [class.bad]="chip().problem">
      <button type="button" class="name" [matMenuTriggerFor]="menu" [attr.aria-describedby]="chip().problem ? 'crm-problem-' + chip().place.well + chip().place.index : null" [title]="chip().text" data-chip><crm-icon name="grip" [size]="14" /><span><bdi>{{ chip().text }}</bdi>@if (chip().detail) { <small><bdi>{{ chip().detail }}</bdi></small> }</span><crm-icon name="chevron-down" [size]="13" /></button>
      <button type="button" class="crm-icon-button crm-icon-button--small" (click)="act.emit({ do: 'remove' })" [attr.aria-label]="'reports.removeField' | translate: { field: chip().text }" data-remove><crm-icon name="x" [size]="14" /></button>
    </div>
    @if (chip().problem; as problem) { <p role="alert" [id]="'crm-problem-' + chip().place.well + chip().place.index"><bdi>{{ problem }}</bdi></p> }
    <mat-menu #menu>
      <ng-template matMenuContent>
        @if (editable()) { <button mat-menu-item (click)="act.emit({ do: 'edit' })" data-do="edit">{{ 'reports.acts.edit' | translate }}</button> }
        @if (chip().split?.grain) { <button mat-menu-item [matMenuTriggerFor]="steps" data-do="grain">{{ 'reports.acts.grain' | translate }}</button> }
        @if (chip().value) {
          <button mat-menu-item (click)="act.emit({ do: 'sort', order: 'desc' })" data-do="sort-desc">{{ 'reports.acts.sortDown' | translate }}</button>
          <button mat-menu-item (click)="act.emit({ do: 'sort', order: 'asc' })" data-do="sort-asc">{{ 'reports.acts.sortUp' | translate }}</button>
          <button mat-menu-item (click)="act.emit({ do: 'top' })" data-do="top">{{ 'reports.acts.top' | translate }}</button>
        }
        @if (chip().split || chip().value) { <button mat-menu-item (click)="act.emit({ do: 'filter' })" data-do="filter">{{ (chip().value ? 'reports.addHaving' : 'reports.acts.filter') | translate }}</button> }
        @if (chip().place.well !== 'filters') {
          <button mat-menu-item [disabled]="chip().place.index === 0" (click)="act.emit({ do: 'up' })" data-do="up">{{ 'reports.acts.up' | translate }}</button>
          <button mat-menu-item [disabled]="chip().place.index >= chip().size - 1" (click)="act.emit({ do: 'down' })" data-do="down">{{ 'reports.acts.down' | translate }}</button>
        }
        @if (chip().place.well === 'rows') { <button mat-menu-item (click)="act.emit({ do: 'columns' })" data-do="columns">{{ 'reports.acts.columns' | translate }}</button> }
        @if (chip().place.well === 'columns') { <button mat-menu-item (click)="act.emit({ do: 'rows' })" data-do="rows">{{ 'reports.acts.rows' | translate }}</button> }
        <button mat-menu-item (click)="act.emit({ do: 'remove' })" data-do="remove">{{ 'reports.acts.remove' | translate }}</button>
      </ng-template>
    </mat-menu>
    <mat-menu #steps>
      <ng-template matMenuContent>@for (grain of grains(); track grain) { <button mat-menu-item role="menuitemradio" [attr.aria-checked]="grain === chip().split?.grain" (click)="act.emit({ do: 'grain', grain })" [attr.data-grain]="grain">{{ 'reports.grains.' + grain | translate }}</button> }</ng-template>
    </mat-menu>
  `,
  styles: `
    .chip { display: flex; align-items: center; border: 1px solid var(--crm-border-strong); border-radius: var(--crm-radius); background: var(--crm-surface); } .chip:hover { background: var(--crm-hover); } .bad { border-color: var(--crm-lost); }
    .name { flex: 1; display: flex; align-items: center; gap: 6px; min-inline-size: 0; min-block-size: 32px; padding: 4px 6px; text-align: start; font-size: var(--crm-text-13); font-weight: 500; border-radius: var(--crm-radius); cursor: grab; } .name > crm-icon { color: var(--crm-text-3); } .name span { flex: 1; min-inline-size: 0; display: grid; overflow-wrap: anywhere; } small { color: var(--crm-text-3); font-weight: 400; font-size: var(--crm-text-12); }
    p { margin: 2px var(--crm-1) 0; color: var(--crm-lost); font-size: var(--crm-text-12); } @media (pointer: coarse) { .name { min-block-size: 40px; } }
  `,
})
export class ReportChipComponent {
  private readonly session = inject(SessionService);
  readonly chip = input.required<Chip>();
  readonly act = output<ChipAct>();

  /** Fiscal steps only where the fiscal year is not the calendar year. */
  protected readonly grains = computed(() => grains.filter((grain) => this.session.fiscalStart() !== 1 || !grain.startsWith('fiscal') || grain === this.chip().split?.grain));
  protected readonly editable = computed(() => { const { place, value } = this.chip(); return place.well === 'filters' || (value !== null && 'calculation' in value); });
}
