import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, viewChild } from '@angular/core';
import { IsActiveMatchOptions, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { NavService } from '@core/nav/nav.service';
import { SessionService } from '@core/session/session.service';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { BarMenusComponent } from './bar-menus.component';
import { BellComponent } from './bell.component';
import { PaletteService } from './palette.service';

const PHONE_PLACES = 4;

/** The frame around every page: side navigation, top bar, and on a phone the bottom bar. */
@Component({
  selector: 'crm-shell',
  imports: [RouterLink, RouterLinkActive, RouterOutlet, TranslatePipe, IconComponent, ProblemComponent, SkeletonComponent, BarMenusComponent, BellComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(document:keydown)': 'shortcutPressed($event)' },
  templateUrl: './shell.component.html',
  styleUrl: './shell.component.scss',
})
export class ShellComponent {
  protected readonly nav = inject(NavService);
  protected readonly session = inject(SessionService);
  private readonly palette = inject(PaletteService);
  private readonly content = viewChild.required<ElementRef<HTMLElement>>('content');

  /** The dashboard is the root of every path, so only its own counts; its period in the address does not matter. */
  protected readonly here: IsActiveMatchOptions = { paths: 'exact', queryParams: 'ignored', matrixParams: 'ignored', fragment: 'ignored' };
  protected readonly below: IsActiveMatchOptions = { ...this.here, paths: 'subset' };
  protected readonly shortcut = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K';
  protected readonly phoneEntries = computed(() => this.nav.entries().filter((entry) => entry.phone).slice(0, PHONE_PLACES));

  constructor() {
    if (this.session.me() === null) void this.session.load();
  }

  protected openPalette(): void {
    void this.palette.open();
  }

  protected shortcutPressed(event: KeyboardEvent): void {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    this.openPalette();
  }

  /** A hash would be a navigation of the router; focus is all that is wanted. */
  protected skip(event: Event): void {
    event.preventDefault();
    this.content().nativeElement.focus();
  }
}
