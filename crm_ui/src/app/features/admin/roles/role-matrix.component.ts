import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, signal } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { LocaleService } from '@core/i18n/locale.service';
import { PermissionAction } from '@core/session/permissions';
import { IconComponent } from '@shared/icon/icon.component';
import { ACTIONS, CatalogueResource, SCOPES } from '../admin.model';
import { AdminWords } from '../admin.words';
import { choicesOf, groupsOf, isLocked, Level, levelOf, mayGive } from './role.calc';
import { RoleStore } from './role.store';

/** A cell whose menu is open, and what it can become. */
interface OpenCell {
  readonly resource: CatalogueResource;
  readonly action: PermissionAction;
}

/** The role matrix: what may be done with each kind of record and how far it reaches. Arrows move between cells, Enter opens the choices. */
@Component({
  selector: 'crm-role-matrix',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './role-matrix.component.html',
  styleUrl: './role-matrix.component.scss',
})
export class RoleMatrixComponent {
  protected readonly store = inject(RoleStore);
  protected readonly words = inject(AdminWords);
  private readonly locale = inject(LocaleService);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected readonly actions = ACTIONS;
  protected readonly steps = SCOPES;
  protected readonly groups = computed(() => groupsOf(this.store.catalogue()));
  private readonly rows = computed(() => this.groups().flatMap((group) => group.resources));
  /** Where the one tab stop of the grid is. */
  protected readonly place = signal({ row: 0, column: 0 });
  protected readonly open = signal<OpenCell | null>(null);
  protected readonly choices = computed(() => {
    const cell = this.open();
    return cell ? choicesOf(cell.resource.owned).map((level) => ({ level, chosen: this.level(cell.resource.name, cell.action) === level, allowed: mayGive(this.store.mine(), cell.resource.name, cell.action, level) })) : [];
  });

  protected level(resource: string, action: PermissionAction): Level {
    return levelOf(this.store.draft()?.permissions ?? {}, resource, action);
  }

  protected filled(level: Level): number {
    return level === null ? 0 : SCOPES.indexOf(level) + 1;
  }

  protected changed(resource: string, action: PermissionAction): boolean {
    return levelOf(this.store.role()?.permissions ?? {}, resource, action) !== this.level(resource, action);
  }

  protected locked(resource: string, action: PermissionAction): boolean {
    return isLocked(this.store.role()?.key ?? '', resource, action);
  }

  protected label(resource: string, action: PermissionAction): string {
    const words = `${this.words.resource(resource)}, ${this.words.text(`admin.action.${action}`)}: ${this.words.scope(this.level(resource, action))}`;
    return this.locked(resource, action) ? `${words}. ${this.words.text('admin.roles.locked')}` : words;
  }

  protected isPlace(resource: CatalogueResource, column: number): boolean {
    return this.rows().indexOf(resource) === this.place().row && this.place().column === column;
  }

  protected choose(level: Level): void {
    const cell = this.open();
    if (cell) this.store.setLevel(cell.resource.name, cell.action, level);
  }

  protected focused(resource: CatalogueResource, column: number): void {
    this.place.set({ row: this.rows().indexOf(resource), column });
  }

  protected moved(event: KeyboardEvent): void {
    const { row, column } = this.place();
    const [forward, back] = this.locale.direction() === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const target = { [forward]: [row, column + 1], [back]: [row, column - 1], ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], Home: [row, 0], End: [row, ACTIONS.length - 1], PageUp: [0, column], PageDown: [this.rows().length - 1, column] }[event.key];
    if (!target) return;
    event.preventDefault();
    const [nextRow = 0, nextColumn = 0] = [Math.min(this.rows().length - 1, Math.max(0, target[0] ?? 0)), Math.min(ACTIONS.length - 1, Math.max(0, target[1] ?? 0))];
    this.place.set({ row: nextRow, column: nextColumn });
    const resource = this.rows()[nextRow]?.name ?? '';
    this.host.querySelector<HTMLElement>(`[data-cell="${resource}.${ACTIONS[nextColumn] ?? ''}"]`)?.focus();
  }
}
