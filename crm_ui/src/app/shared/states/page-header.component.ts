import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { IconComponent } from '../icon/icon.component';

/** The head of a page: way back, title, a line below, and actions as content (`slot="actions"`). */
@Component({
  selector: 'crm-page-header',
  imports: [RouterLink, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="words">
      @if (backTo(); as path) { <a class="back" [routerLink]="path"><crm-icon name="chevron-left" [size]="15" />{{ backLabel() }}</a> }
      <div class="line"><ng-content select="[slot=lead]" /><h1><bdi>{{ title() }}</bdi></h1><ng-content select="[slot=after]" /></div>
      @if (subtitle()) { <p class="crm-muted">{{ subtitle() }}</p> }
      <ng-content select="[slot=below]" />
    </div>
    <div class="actions"><ng-content select="[slot=actions]" /></div>
  `,
  styles: `
    :host { display: flex; flex-wrap: wrap; align-items: flex-end; justify-content: space-between; gap: var(--crm-3) var(--crm-4); }
    .words { display: grid; gap: 2px; min-inline-size: 0; } .line { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2) var(--crm-3); } h1 { overflow-wrap: anywhere; }
    .back { display: inline-flex; align-items: center; gap: 2px; font-size: var(--crm-text-13); color: var(--crm-text-2); justify-self: start; }
    .actions { display: flex; flex-wrap: wrap; gap: var(--crm-2); align-items: center; } .actions:empty { display: none; }
  `,
})
export class PageHeaderComponent {
  /** The title, already translated. */
  readonly title = input.required<string>();
  /** A line below it. */
  readonly subtitle = input('');
  /** Where back leads. */
  readonly backTo = input<string | null>(null);
  /** What back says. */
  readonly backLabel = input('');
}
