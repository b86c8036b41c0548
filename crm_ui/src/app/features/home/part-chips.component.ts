import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { IconComponent } from '@shared/icon/icon.component';
import { Part } from './part.filter';

/** A part in words. */
export interface PartChip {
  readonly part: Part;
  readonly name: string;
  readonly value: string;
}

/** What the page is narrowed to, each part with a way out, and the explicit way to its records. */
@Component({
  selector: 'crm-part-chips',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <span class="lead"><crm-icon name="filter" [size]="15" />{{ 'home.only' | translate }}</span>
    <ul [attr.aria-label]="'table.filters' | translate">@for (chip of chips(); track chip.part.name) {
      <li><bdi class="crm-muted">{{ chip.name }}</bdi>&ngsp;<bdi class="value crm-ellipsis">{{ chip.value }}</bdi><button type="button" (click)="removed.emit(chip.part)" [attr.aria-label]="'record.removeFilter' | translate: { name: chip.name }" [title]="'record.removeFilter' | translate: { name: chip.name }"><crm-icon name="x" [size]="13" /></button></li>
    }</ul>
    @if (drillable()) { <button type="button" class="crm-button crm-button--small" (click)="drill.emit()"><crm-icon name="list" [size]="15" />{{ 'chart.rows' | translate }}</button> }
    @if (chips().length > 1) { <button type="button" class="crm-button crm-button--small crm-button--ghost" (click)="cleared.emit()">{{ 'table.clearFilters' | translate }}</button> }
  `,
  styles: `
    :host { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2) var(--crm-3); min-inline-size: 0; } .lead { display: inline-flex; align-items: center; gap: 6px; font-size: var(--crm-text-13); color: var(--crm-text-2); }
    ul { display: flex; flex-wrap: wrap; gap: var(--crm-2); min-inline-size: 0; } li { display: inline-flex; align-items: center; gap: 6px; max-inline-size: 100%; padding-block: 2px; padding-inline: 10px 4px; border: 1px solid var(--crm-accent); border-radius: 999px; background: var(--crm-accent-soft); font-size: var(--crm-text-13); }
    .value { font-weight: 500; } li button { display: grid; place-items: center; inline-size: 22px; block-size: 22px; border-radius: 50%; color: var(--crm-text-2); } li button:hover { background: var(--crm-hover); color: var(--crm-text); }
  `,
})
export class PartChipsComponent {
  /** The parts in words. */
  readonly chips = input.required<readonly PartChip[]>();
  /** Offers the records. */
  readonly drillable = input(false);
  /** A part was let go of. */
  readonly removed = output<Part>();
  /** All parts were let go of. */
  readonly cleared = output();
  /** The reader wants the records. */
  readonly drill = output();
}
