import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { IconComponent } from '@shared/icon/icon.component';
import { Scenario } from './scenario.model';

/** Saved scenarios of the period: open, compare, share, delete. */
@Component({
  selector: 'crm-scenario-list',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h3 id="crm-scenario-list">{{ 'forecast.scenario.saved' | translate }}</h3>
    <ul aria-labelledby="crm-scenario-list">@for (one of scenarios(); track one.id) {
      <li [attr.data-scenario]="one.id" [class.open]="one.id === opened()"><label><input type="checkbox" [checked]="compared().includes(one.id)" [disabled]="!compared().includes(one.id) && compared().length >= most()" (change)="compare.emit(one)" /><span class="crm-visually-hidden">{{ 'forecast.scenario.compare' | translate }} </span><span class="name"><bdi>{{ one.name }}</bdi>@if (!one.changeable) { <small class="crm-muted"> · <bdi>{{ one.owner.name }}</bdi></small> }@if (one.changeable && (one.shared_roles.length > 0 || one.shared_team_ids.length > 0)) { <small class="crm-muted"> · {{ 'forecast.scenario.isShared' | translate }}</small> }</span></label>
        <span class="do"><button type="button" class="crm-button crm-button--small" (click)="open.emit(one)" [attr.aria-label]="('forecast.scenario.open' | translate) + ': ' + one.name">{{ 'forecast.scenario.open' | translate }}</button>
          @if (one.changeable) {
            @if (shareable()) { <button type="button" class="crm-icon-button crm-icon-button--small" (click)="share.emit(one)" [attr.aria-label]="('forecast.scenario.share' | translate) + ': ' + one.name" [title]="'forecast.scenario.share' | translate"><crm-icon name="share" [size]="15" /></button> }
            <button type="button" class="crm-icon-button crm-icon-button--small" (click)="remove.emit(one)" [attr.aria-label]="('forecast.scenario.delete' | translate) + ': ' + one.name" [title]="'forecast.scenario.delete' | translate"><crm-icon name="trash" [size]="15" /></button>
          }</span></li>
    } @empty { <li class="crm-muted">{{ 'forecast.scenario.none' | translate }}</li> }</ul>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); } h3 { font-size: var(--crm-text-13); } ul { display: grid; font-size: var(--crm-text-13); } li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--crm-1) var(--crm-3); padding-block: 4px; border-block-end: 1px solid var(--crm-border); } li.open .name { font-weight: 600; }
    label { display: flex; align-items: center; gap: var(--crm-2); min-block-size: 32px; min-inline-size: 0; cursor: pointer; } .name { overflow-wrap: anywhere; } .do { display: flex; gap: var(--crm-1); margin-inline-start: auto; }
  `,
})
export class ScenarioListComponent {
  /** By name. */
  readonly scenarios = input.required<readonly Scenario[]>();
  /** Those in the table. */
  readonly compared = input.required<readonly string[]>();
  /** So many can be compared. */
  readonly most = input.required<number>();
  /** The one in the form. */
  readonly opened = input<string | null>(null);
  /** The person may share. */
  readonly shareable = input(false);
  /** Into the form. */
  readonly open = output<Scenario>();
  /** Into the table, or out of it. */
  readonly compare = output<Scenario>();
  /** With roles and teams. */
  readonly share = output<Scenario>();
  /** For good. */
  readonly remove = output<Scenario>();
}
