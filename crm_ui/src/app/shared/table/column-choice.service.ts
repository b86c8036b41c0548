import { computed, inject, Injectable, signal } from '@angular/core';
import { SessionService } from '@core/session/session.service';
import { readStored, writeStored } from '@core/storage';

/** How a person wants a list: what differs from the usual, so that columns of a later release are not missed. */
export interface ColumnChoice {
  /** Usual columns that are not shown, by key. */
  readonly hidden: readonly string[];
  /** Further columns that are. */
  readonly added: readonly string[];
}

/** A list as it comes. */
export const USUAL: ColumnChoice = { hidden: [], added: [] };

// The version of what is kept; raise it when the shape changes, what was kept before is then not read.
const KEY = 'crm.columns.v1';

const keysOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

/** Remembers which columns each person wants to see in each list, on this device. */
@Injectable({ providedIn: 'root' })
export class ColumnChoiceService {
  private readonly session = inject(SessionService);
  private readonly known = signal<Readonly<Record<string, ColumnChoice>>>({});
  private readonly person = computed(() => this.session.me()?.id ?? '');

  /** What is chosen for a list. */
  of(list: string): ColumnChoice {
    const key = this.keyOf(list);
    return this.known()[key] ?? parse(readStored(key));
  }

  /** Shows or hides a column; `usual` for those that a list has by itself. */
  show(list: string, column: string, { usual, shown }: { readonly usual: boolean; readonly shown: boolean }): void {
    const { hidden, added } = this.of(list);
    const others = (keys: readonly string[]): string[] => keys.filter((key) => key !== column);
    if (usual) this.keep(list, { added, hidden: shown ? others(hidden) : [...others(hidden), column] });
    else this.keep(list, { hidden, added: shown ? [...others(added), column] : others(added) });
  }

  /** Brings the usual columns back. */
  reset(list: string): void {
    this.keep(list, USUAL);
  }

  private keep(list: string, choice: ColumnChoice): void {
    const key = this.keyOf(list);
    const usual = choice.hidden.length === 0 && choice.added.length === 0;
    writeStored(key, usual ? null : JSON.stringify(choice));
    this.known.update((known) => ({ ...known, [key]: choice }));
  }

  private keyOf(list: string): string {
    return `${KEY}.${this.person()}.${list}`;
  }
}

/** What cannot be read counts as nothing chosen. */
function parse(stored: string | null): ColumnChoice {
  try {
    const value = JSON.parse(stored ?? 'null') as Partial<Record<keyof ColumnChoice, unknown>> | null;
    return { hidden: keysOf(value?.hidden), added: keysOf(value?.added) };
  } catch {
    return USUAL;
  }
}
