import type { Actor } from '../../../kernel/context/actor.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import { readMeanings, type Meanings } from '../../analytics/member.meanings.js';

/** The members of every view that somebody may ask for, by name. */
export type Catalogue = Meanings;

const keptMs = 30_000;
const mostKept = 50;

/** What people may ask for, remembered for half a minute for each set of rights: the semantic layer itself judges every question, so that an older one grants nothing. */
export class Catalogues {
  private readonly kept = new Map<string, { readonly until: number; readonly catalogue: Promise<Catalogue> }>();

  constructor(private readonly analytics: Pick<AnalyticsService, 'ask'>, private readonly now: () => number = Date.now) {}

  /** The catalogue of an actor; `fresh` reads it anew, as for a member that is not in it. */
  read(actor: Actor, fresh = false): Promise<Catalogue> {
    const key = JSON.stringify([actor.permissions, actor.fields]);
    const found = this.kept.get(key);
    if (found && !fresh && found.until > this.now()) return found.catalogue;
    this.kept.delete(key);
    const catalogue = readMeanings(this.analytics, actor);
    this.kept.set(key, { until: this.now() + keptMs, catalogue });
    catalogue.catch(() => this.kept.delete(key));
    for (const [oldest] of this.kept) if (this.kept.size > mostKept) this.kept.delete(oldest);
    return catalogue;
  }
}

/** The members that go with a split: its Arabic name, the id that tells two of one name apart, and its place in an order. */
export function companionsOf(member: string, catalogue: Catalogue): { readonly arabic: string | null; readonly id: string | null; readonly position: string | null } {
  const of = (ending: string): string | null => (catalogue.has(`${member}_${ending}`) ? `${member}_${ending}` : null);
  return { arabic: of('ar'), id: of('id'), position: of('position') };
}
