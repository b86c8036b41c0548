import { inject, Injectable } from '@angular/core';
import { Query } from '@cubejs-client/core';
import { AnalyticsClient, Row } from '@core/analytics/analytics.client';
import { Watermark } from '@core/analytics/cube.transport';
import { ApiClient } from '@core/api/api.client';
import { BatchAnswer } from '@core/analytics/batch';
import { isProblem, Problem, toProblem } from '@core/api/problem';
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
  /** The state of the tables that were read for it; it holds for as long as they stay so. */
  readonly held?: Readonly<Record<string, string>>;
}

/** The answers of a page, all of one period and one set of parts. */
export interface Snapshot {
  readonly page: PageQuestion;
  readonly tiles: Readonly<Record<string, TileAnswer>>;
  /** Up to where every tile is complete. */
  readonly watermark: Watermark | null;
  /** False where the data changed faster than all tiles could be read from one state of it. */
  readonly consistent: boolean;
  /** When the answers came, in milliseconds. */
  readonly at: number;
}

const LIST_ROWS = 6;
/** How often tiles whose tables moved while others were asked are asked after them. */
const ROUNDS = 3;
const NOTHING: BatchAnswer = { watermark: null, consistent: true, tables: {}, answers: [] };
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

/** The state of the tables that a tile's answers were read from. */
function heldBy(answers: Answers, tables: BatchAnswer['tables']): Readonly<Record<string, string>> {
  const names = PARTS_OF_A_TILE.flatMap((part) => answers[part]?.proof?.tables ?? []);
  return Object.fromEntries(names.map((name) => [name, tables[name] ?? '']));
}

/** True where a table is no longer as it was when a tile was answered. */
const moved = (held: Readonly<Record<string, string>> | undefined, tables: BatchAnswer['tables']): boolean => Object.entries(held ?? {}).some(([name, state]) => (tables[name] ?? '') !== state);

/** Asks for all tiles of a page together. */
@Injectable()
export class DashboardAsking {
  private readonly analytics = inject(AnalyticsClient);
  private readonly api = inject(ApiClient);

  /** The answers of some tiles at one mark, and that of one more question; what fails is a problem of its tile and not of the page. */
  async ask(tiles: readonly Tile[], page: PageQuestion, beside: Query | null = null): Promise<Snapshot & { readonly beside: Row | null }> {
    const [{ batch, answers, row }, lists] = await Promise.all([this.figures(tiles, page, beside), this.lists(tiles, page)]);
    return { page, tiles: { ...answers, ...lists }, watermark: batch.watermark, consistent: batch.consistent, at: Date.now(), beside: row };
  }

  /**
   * A page with some of its tiles asked again. The others hold at the new mark where their tables are as they were; those whose tables moved are asked
   * as well. Where they never rest, the mark is the one up to which all are complete.
   */
  async renew(shown: Snapshot, tiles: readonly Tile[], ids: ReadonlySet<string>, page: PageQuestion): Promise<Snapshot> {
    let snapshot = shown;
    let open = ids;
    for (let round = 0; round < ROUNDS && open.size > 0; round += 1) {
      const some = tiles.filter(({ id }) => open.has(id));
      const [{ batch, answers }, lists] = await Promise.all([this.figures(some, page, null), this.lists(some, page)]);
      snapshot = { ...snapshot, tiles: { ...snapshot.tiles, ...answers, ...lists }, at: Date.now() };
      // Lists come from the books themselves and have no mark.
      if (batch.watermark === null) break;
      open = new Set(tiles.filter(({ id }) => moved(snapshot.tiles[id]?.held, batch.tables)).map(({ id }) => id));
      snapshot = { ...snapshot, consistent: batch.consistent && open.size === 0, watermark: open.size === 0 ? batch.watermark : shown.watermark };
    }
    return snapshot;
  }

  private async figures(tiles: readonly Tile[], page: PageQuestion, beside: Query | null): Promise<{ readonly batch: BatchAnswer; readonly answers: Record<string, TileAnswer>; readonly row: Row | null }> {
    const questions: Record<string, Query> = beside ? { beside } : {};
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
    const batch = await this.batch(queries);
    const answerOf = (name: string): BatchAnswer['answers'][number] | undefined => batch.answers[place[name] ?? -1];
    const answers = Object.fromEntries(Object.entries(own).map(([id, one]): [string, TileAnswer] => {
      const parts = PARTS_OF_A_TILE.map((part) => [part, answerOf(`${id} ${part}`)] as const);
      const problem = parts.map(([, answer]) => answer).find((answer): answer is Problem => answer !== undefined && isProblem(answer)) ?? null;
      const found = Object.fromEntries(parts.filter(([, answer]) => answer !== undefined && !isProblem(answer))) as Answers;
      return [id, { ...one, ...found, problem, held: heldBy(found, batch.tables) }];
    }));
    const row = beside ? answerOf('beside') : undefined;
    return { batch, answers, row: row && !isProblem(row) ? (row.rows[0] ?? null) : null };
  }

  private async batch(queries: readonly Query[]): Promise<BatchAnswer> {
    if (queries.length === 0) return NOTHING;
    return this.analytics.batch(queries).catch((error: unknown) => ({ ...NOTHING, answers: queries.map(() => toProblem(error)) }));
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
