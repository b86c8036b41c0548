import { inject, Injectable } from '@angular/core';
import { Query } from '@cubejs-client/core';
import { AnalyticsAnswer, AnalyticsClient } from '@core/analytics/analytics.client';
import { Watermark } from '@core/analytics/cube.transport';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { Tile } from './dashboard.model';
import { listConditions } from './drill';
import { missingMembers, PageQuestion, planOf, questionsOf } from './tile.question';
import { Answers } from './tile.view';

/** One record of a list tile. */
export type ListRow = Readonly<Record<string, unknown>> & { readonly id: string };

/** What is known of a tile. */
export interface TileAnswer extends Answers {
  /** The tile's own question; null for lists and where a member is missing. */
  readonly question: Query | null;
  readonly rows?: readonly ListRow[];
  /** Members that do not exist or may not be asked for. */
  readonly missing: readonly string[];
  readonly problem: Problem | null;
}

/** The answers of a page, all of one period and one set of parts. */
export interface Snapshot {
  readonly page: PageQuestion;
  readonly tiles: Readonly<Record<string, TileAnswer>>;
  /** Up to where every tile is complete: the lowest mark among the answers. */
  readonly watermark: Watermark | null;
  /** When the answers came, in milliseconds. */
  readonly at: number;
}

const LIST_ROWS = 6;
const PARTS_OF_A_TILE = ['main', 'before', 'trend'] as const;

/** The lower of two marks; a page is no fresher than its least fresh answer. */
export function lower(one: Watermark | null, other: Watermark | null): Watermark | null {
  if (one === null || other === null) return one ?? other;
  return position(other.lsn) < position(one.lsn) ? other : one;
}

/** A position as a number: plain, or in Postgres' form of two hexadecimal halves. */
function position(lsn: string): bigint {
  const halves = /^([0-9A-Fa-f]+)\/([0-9A-Fa-f]+)$/.exec(lsn);
  if (halves) return (BigInt(`0x${halves[1]}`) << 32n) + BigInt(`0x${halves[2]}`);
  return /^\d+$/.test(lsn) ? BigInt(lsn) : 0n;
}

/** Asks for all tiles of a page together. */
@Injectable()
export class DashboardAsking {
  private readonly analytics = inject(AnalyticsClient);
  private readonly api = inject(ApiClient);

  /** The answers of some tiles; what fails is a problem of its tile and not of the page. */
  async ask(tiles: readonly Tile[], page: PageQuestion): Promise<Snapshot> {
    const [figures, lists] = await Promise.all([this.figures(tiles, page), this.lists(tiles, page)]);
    const answers = { ...figures, ...lists };
    const marks = Object.values(answers).flatMap((one) => PARTS_OF_A_TILE.map((part) => one[part]?.watermark ?? null));
    return { page, tiles: answers, watermark: marks.reduce(lower, null), at: Date.now() };
  }

  private async figures(tiles: readonly Tile[], page: PageQuestion): Promise<Record<string, TileAnswer>> {
    const questions: Record<string, Query> = {};
    const own: Record<string, { readonly question: Query | null; readonly missing: readonly string[] }> = {};
    for (const tile of tiles) {
      if (tile.kind === 'list') continue;
      const missing = missingMembers(tile, page.has);
      const asked = missing.length === 0 ? questionsOf(tile, page) : null;
      own[tile.id] = { question: asked?.main ?? null, missing };
      for (const part of PARTS_OF_A_TILE) {
        const query = asked?.[part];
        if (query) questions[`${tile.id} ${part}`] = query;
      }
    }
    const { queries, place } = planOf(questions);
    const settled = await Promise.all(queries.map(async (query): Promise<AnalyticsAnswer | Problem> => this.analytics.load(query).catch((error: unknown) => toProblem(error))));
    return Object.fromEntries(Object.entries(own).map(([id, one]) => {
      const parts = PARTS_OF_A_TILE.map((part) => [part, settled[place[`${id} ${part}`] ?? -1]] as const);
      const problem = parts.map(([, answer]) => answer).find((answer): answer is Problem => answer !== undefined && 'code' in answer) ?? null;
      return [id, { ...one, problem, ...Object.fromEntries(parts.filter(([, answer]) => answer !== undefined && 'rows' in answer)) }];
    }));
  }

  private async lists(tiles: readonly Tile[], page: PageQuestion): Promise<Record<string, TileAnswer>> {
    const found = await Promise.all(tiles.map(async (tile): Promise<[string, TileAnswer] | null> => {
      if (tile.kind !== 'list') return null;
      try {
        const { items } = await this.api.list<ListRow>(tile.resource, { sort: tile.sort ?? '', filters: listConditions(tile.filters, tile.resource, page.parts) }, { limit: tile.limit ?? LIST_ROWS });
        return [tile.id, { question: null, rows: items, missing: [], problem: null }];
      } catch (error) {
        return [tile.id, { question: null, missing: [], problem: toProblem(error) }];
      }
    }));
    return Object.fromEntries(found.filter((one) => one !== null));
  }
}
