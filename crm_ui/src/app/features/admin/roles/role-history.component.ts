import { ChangeDetectionStrategy, Component, inject, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { CountPipe, DatePipe, NumberPipe, RelativePipe } from '@shared/format/format.pipes';
import { ChipComponent } from '@shared/chip/chip.component';
import { IconComponent } from '@shared/icon/icon.component';
import { EmptyComponent, SkeletonComponent } from '@shared/states/states.component';
import { ShownVersion } from './role.calc';
import { RoleChangesComponent } from './role-changes.component';
import { RoleStore } from './role.store';

/** Every state that a role was in, newest first, with what changed and the way back. */
@Component({
  selector: 'crm-role-history',
  imports: [TranslatePipe, ChipComponent, CountPipe, DatePipe, EmptyComponent, IconComponent, NumberPipe, RelativePipe, RoleChangesComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (store.history(); as versions) {
      @if (versions.length === 0) { <crm-empty icon="history" [title]="'admin.roles.noHistory' | translate" [text]="'admin.roles.noHistoryText' | translate" /> }
      <ol>
        @for (version of versions; track version.version) {
          <li [attr.data-version]="version.version">
            <header>
              <strong>{{ 'admin.roles.version' | translate: { number: version.version | crmNumber } }}</strong>
              <span class="crm-muted">{{ 'admin.roles.did.' + version.action | translate }}@if (version.actor) { · <bdi>{{ version.actor }}</bdi> }@if (version.changed_at) { · <time [attr.datetime]="version.changed_at" [title]="version.changed_at | crmDate: 'datetime'">{{ version.changed_at | crmRelative }}</time> }</span>
              <span class="crm-spacer"></span>
              @if (version.version === store.role()?.version) { <crm-chip tone="accent">{{ 'admin.roles.inForce' | translate }}</crm-chip> }
              @else { <button type="button" class="crm-button crm-button--small" (click)="wanted.emit(version)"><crm-icon name="undo" [size]="14" />{{ 'admin.roles.revert' | translate }}<span class="crm-visually-hidden">: {{ 'admin.roles.version' | translate: { number: version.version | crmNumber } }}</span></button> }
            </header>
            @if (version.changes.length) { <details [open]="$first"><summary>{{ 'admin.roles.changes' | translate: { count: version.changes.length | crmCount } }}</summary><crm-role-changes [changes]="version.changes" /></details> }
          </li>
        }
      </ol>
    } @else { <div class="wait"><crm-skeleton [lines]="4" /></div> }
  `,
  styles: `
    li { display: grid; gap: var(--crm-2); padding: var(--crm-3) var(--crm-4); border-block-end: 1px solid var(--crm-border); } li:last-child { border-block-end: 0; } header { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2) var(--crm-3); }
    summary { cursor: pointer; color: var(--crm-text-2); font-size: var(--crm-text-13); inline-size: fit-content; padding-block: 2px; } .wait { padding: var(--crm-4); } strong { font-weight: 600; }
  `,
})
export class RoleHistoryComponent {
  protected readonly store = inject(RoleStore);
  /** The reader wants this version back. */
  readonly wanted = output<ShownVersion>();
}
