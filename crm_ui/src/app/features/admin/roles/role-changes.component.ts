import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { IconComponent } from '@shared/icon/icon.component';
import { AdminWords } from '../admin.words';
import { RoleChange } from './role.calc';

/** Differences between two states of a role, each with what it was, what it becomes, and whether that is more or less. */
@Component({
  selector: 'crm-role-changes',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (change of changes(); track $index) {
        <li [attr.data-wider]="change.wider">
          <span class="what"><bdi>{{ words.subject(change) }}</bdi></span>
          <span class="sides"><s><bdi>{{ words.side(change, change.before) }}</bdi></s><crm-icon name="arrow-right" [size]="14" /><strong><bdi>{{ words.side(change, change.after) }}</bdi></strong></span>
          @if (change.wider !== null) { <span class="sense"><crm-icon [name]="change.wider ? 'arrow-up' : 'arrow-down'" [size]="13" />{{ (change.wider ? 'admin.roles.more' : 'admin.roles.less') | translate }}</span> }
        </li>
      }
    </ul>
  `,
  styles: `
    ul { display: grid; } li { display: grid; grid-template-columns: minmax(0, 1.4fr) minmax(0, 1.4fr) minmax(96px, auto); gap: var(--crm-2) var(--crm-3); align-items: center; padding-block: 5px; font-size: var(--crm-text-13); }
    li + li { border-block-start: 1px solid var(--crm-border); }
    .sides { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 6px; min-inline-size: 0; } s { color: var(--crm-text-3); text-decoration: none; } strong { font-weight: 600; } .sides crm-icon { color: var(--crm-text-3); }
    .sense { display: inline-flex; align-items: center; gap: 4px; color: var(--crm-text-2); font-size: var(--crm-text-12); justify-self: end; } li[data-wider='true'] .sense { color: var(--crm-risk); }
    @media (max-width: 720px) { li { grid-template-columns: minmax(0, 1fr) auto; } .what { grid-column: 1 / -1; font-weight: 500; } }
  `,
})
export class RoleChangesComponent {
  protected readonly words = inject(AdminWords);
  /** The differences. */
  readonly changes = input.required<readonly RoleChange[]>();
}
