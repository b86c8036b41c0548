import { inject, Injectable, signal } from '@angular/core';
import { ApiClient, Page } from '@core/api/api.client';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { localName } from '@shared/record/names';

const AT_ONCE = 100;
/** Kinds of records with a list, and a name in it. */
const NAMED: ReadonlySet<string> = new Set(['accounts', 'contacts', 'leads', 'deals', 'users', 'teams', 'products', 'campaigns', 'pipelines', 'tickets', 'activities']);

interface Named { readonly id: string; readonly name?: string; readonly name_ar?: string | null; readonly legal_name?: string; readonly legal_name_ar?: string | null; readonly full_name?: string; readonly full_name_ar?: string | null; readonly subject?: string }

/** Something that points at a record. */
export interface RecordKey { readonly entity: string; readonly id: string }

/** Names of records of any kind by their ids, read in one question for each kind; one that is gone, or that the reader may not see, has none. */
@Injectable({ providedIn: 'root' })
export class RecordNames {
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly known = signal<ReadonlyMap<string, { readonly name: string; readonly name_ar: string | null } | null>>(new Map());
  private readonly asked = new Set<string>();

  /** The name in the reader's language; null while or where it is not known. */
  of(entity: string, id: string): string | null {
    const found = this.known().get(`${entity}/${id}`);
    return found ? localName(this.locale.language(), found) : null;
  }

  /** Reads the names of what was not asked for before. */
  async need(keys: readonly RecordKey[]): Promise<void> {
    const wanted = new Map<string, string[]>();
    for (const { entity, id } of keys) {
      if (!NAMED.has(entity) || this.asked.has(`${entity}/${id}`) || !this.session.can(entity, 'read')) continue;
      this.asked.add(`${entity}/${id}`);
      wanted.set(entity, [...(wanted.get(entity) ?? []), id]);
    }
    await Promise.all([...wanted].map(([entity, ids]) => this.read(entity, ids)));
  }

  private async read(entity: string, ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const part = ids.slice(from, from + AT_ONCE);
      try {
        const { items }: Page<Named> = await this.api.list<Named>(entity, { filters: [{ field: 'id', operator: 'in', value: part.join(',') }] }, { limit: AT_ONCE });
        this.known.update((known) => new Map([...known, ...items.map((item) => [`${entity}/${item.id}`, { name: item.name ?? item.legal_name ?? item.full_name ?? item.subject ?? item.id, name_ar: item.name_ar ?? item.legal_name_ar ?? item.full_name_ar ?? null }] as const)]));
      } catch {
        // Names are a help; ids stand where there is none. Asked again by the next page.
        for (const id of part) this.asked.delete(`${entity}/${id}`);
      }
    }
  }
}
