import { inject, Injectable } from '@angular/core';
import { ApiClient, Page } from '@core/api/api.client';
import { Role, Team } from './admin.model';

const PAGE = 200;

/** The short lists that forms of administration choose from; read anew each time, since this is where they change. */
@Injectable({ providedIn: 'root' })
export class AdminLookup {
  private readonly api = inject(ApiClient);

  /** All roles. */
  async roles(): Promise<readonly Role[]> {
    return (await this.api.get<Page<Role>>('roles')).items;
  }

  /** All teams. */
  teams(): Promise<readonly Team[]> {
    return this.all<Team>('teams');
  }

  /** Every page of a list. */
  async all<T>(resource: string): Promise<readonly T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<T> = await this.api.list<T>(resource, {}, { limit: PAGE, cursor });
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return items;
  }
}
