import type { SecurityContext } from './access.context.js';
import type { StatementRead } from './read.tables.js';
import { fingerprintOf } from './table.versions.js';

/** An answer as it was sent, and the tables that its statements read. */
export interface KeptAnswer {
  readonly text: string;
  readonly tables: readonly string[];
}

interface Entry extends KeptAnswer {
  readonly reads: readonly StatementRead[];
}

/** Answers and characters of them in memory; what was asked for longest ago goes first. */
const keepAnswers = 4_000;
const keepCharacters = 50_000_000;
/** A long answer is rather an export than a tile. */
const longest = 500_000;

/**
 * Whole answers, kept under the state of the tables that their statements read: that under which Cube's cache keeps their rows, and no longer than there. One is only given where its tables
 * are still of that state, so that it is what Cube would answer, without computing again what of the question does not change (members, rights, SQL, words).
 */
export class KeptAnswers {
  private readonly entries = new Map<string, Entry>();
  private characters = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** The answer to a question at this state of the tables; null where it must be asked for. */
  find(key: string, versions: ReadonlyMap<string, string>): KeptAnswer | null {
    const entry = this.entries.get(key);
    if (entry === undefined) return null;
    const now = this.now();
    this.forget(key, entry);
    if (entry.reads.some(({ tables, state, until }) => until <= now || state !== fingerprintOf(tables, versions, now))) return null;
    // Asked for last: at the end.
    this.add(key, entry);
    return entry;
  }

  /** Keeps an answer; one that read nothing, or something twice while it moved, holds at no one state. */
  keep(key: string, text: string, reads: readonly StatementRead[]): void {
    // A line of its own is how it is handed over.
    if (reads.length === 0 || text.length > longest || text.includes('\n')) return;
    const old = this.entries.get(key);
    if (old) this.forget(key, old);
    this.add(key, { text, reads, tables: [...new Set(reads.flatMap(({ tables }) => tables))].sort() });
    for (const [first, entry] of this.entries) {
      if (this.entries.size <= keepAnswers && this.characters <= keepCharacters) break;
      this.forget(first, entry);
    }
  }

  private add(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.characters += entry.text.length;
  }

  private forget(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.characters -= entry.text.length;
  }
}

/** What a caller reaches, as text: people of the same reach are answered alike. Who sees everybody's rows is told by no filter who they are. */
export function reachOf({ scopes, hidden, user_id, team_ids, region }: SecurityContext): string {
  const everything = Object.values(scopes).every((scope) => scope === 'all');
  return JSON.stringify([Object.entries(scopes).sort(), Object.entries(hidden).sort(), ...(everything ? [] : [user_id, team_ids, region])]);
}

const isPeriod = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string' && /^\d{4}-\d{2}-\d{2}/.test(one));

/** Whether a question means the same at any time: a period in words, such as "last week", does not. */
export function isTimeless(query: unknown): boolean {
  if (Array.isArray(query)) return query.every(isTimeless);
  if (query === null || typeof query !== 'object') return true;
  return Object.entries(query).every(([name, value]) => {
    if (name === 'dateRange') return isPeriod(value);
    if (name === 'compareDateRange') return Array.isArray(value) && value.every(isPeriod);
    return isTimeless(value) && !(name === 'operator' && /date/i.test(String(value)));
  });
}
