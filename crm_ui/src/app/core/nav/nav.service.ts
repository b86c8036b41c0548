import { computed, inject, Injectable, InjectionToken, signal } from '@angular/core';
import { SessionService } from '../session/session.service';
import { readStored, writeStored } from '../storage';
import { NAV, NAV_GROUPS, NavEntry } from './nav.model';

/** The pages offered; tests replace it. */
export const NAV_ENTRIES = new InjectionToken<readonly NavEntry[]>('crm navigation', { providedIn: 'root', factory: () => NAV });
const KEY = 'crm.nav';

/** The navigation as this person sees it. */
@Injectable({ providedIn: 'root' })
export class NavService {
  private readonly session = inject(SessionService);
  private readonly all = inject(NAV_ENTRIES);

  /** True when the side shows icons only. */
  readonly collapsed = signal(readStored(KEY) === 'collapsed');
  /** The pages that the person may open. */
  readonly entries = computed(() => this.all.filter((entry) => this.shown(entry)));
  /** The same, by job; jobs without a page are left out. */
  readonly groups = computed(() =>
    NAV_GROUPS.map((group) => ({ group, entries: this.entries().filter((entry) => entry.group === group) })).filter(({ entries }) => entries.length > 0),
  );

  /** Folds or unfolds the side and remembers it. */
  toggle(): void {
    this.collapsed.update((collapsed) => !collapsed);
    writeStored(KEY, this.collapsed() ? 'collapsed' : null);
  }

  private shown({ feature, needs }: NavEntry): boolean {
    if (feature && !this.session.feature(feature)) return false;
    return !needs || this.session.can(needs.resource, needs.action);
  }
}
