import type { Knex } from 'knex';
import { insertCandidates, noteProgress, type Candidate, type DedupeJobRow } from './duplicate.repository.js';
import { loadRecords, nextBlocks, openBlocks, soundsOf, type Block } from './match.repository.js';
import { isArabic, score, type SoundsAlike } from './match.score.js';
import type { MatchEntity, MatchRecord } from './match.types.js';
import { nameSimilarity } from './similarity.js';

/** What a search did. */
export interface DedupeCounts {
  readonly compared: number;
  readonly candidates: number;
}

/** All pairs of a block up to here (1,770); in larger ones each record meets its next neighbours only, so that work grows with the records and not with their square. */
const maxBlock = 60;
const window = 12;
// Records held at once, and blocks read at once; together they bound the memory of a search, whatever the size of the table.
const recordsAtOnce = 5000;
const blocksAtOnce = 500;

/** The pairs of a block that are compared. */
export function* pairsOf(ids: readonly string[]): Generator<readonly [string, string]> {
  const reach = ids.length <= maxBlock ? ids.length : window;
  for (let i = 0; i < ids.length; i += 1) {
    for (let j = i + 1; j < Math.min(ids.length, i + 1 + reach); j += 1) yield [ids[i] ?? '', ids[j] ?? ''];
  }
}

/** Blocks in portions of bounded size; a huge one in overlapping pieces, so that no neighbours are parted. */
function* portions(blocks: readonly Block[]): Generator<readonly (readonly string[])[]> {
  let portion: (readonly string[])[] = [];
  let size = 0;
  for (const { ids } of blocks) {
    for (let from = 0; from < ids.length; from += recordsAtOnce - window) {
      const piece = from === 0 && ids.length <= recordsAtOnce ? ids : ids.slice(from, from + recordsAtOnce);
      if (size + piece.length > recordsAtOnce && portion.length > 0) {
        yield portion;
        portion = [];
        size = 0;
      }
      portion.push(piece);
      size += piece.length;
      if (from + piece.length >= ids.length) break;
    }
  }
  if (portion.length > 0) yield portion;
}

/** A judge of sound for the names of some records: asks only about names that meet a name in another script. */
export async function soundJudge(db: Knex, records: Iterable<MatchRecord>): Promise<SoundsAlike> {
  const latin = new Set<string>();
  const arabic = new Set<string>();
  for (const { name, name_ar: other } of records) {
    (isArabic(name) ? arabic : latin).add(name);
    if (other !== null) (isArabic(other) ? arabic : latin).add(other);
  }
  if (latin.size === 0 || arabic.size === 0) return () => 0;
  const sounds = await soundsOf(db, [...latin, ...arabic]);
  return (a, b) => nameSimilarity(sounds.get(a) ?? '', sounds.get(b) ?? '');
}

async function compare(db: Knex, job: DedupeJobRow, portion: readonly (readonly string[])[]): Promise<DedupeCounts> {
  const records = await loadRecords(db, job.entity, [...new Set(portion.flat())]);
  const soundsAlike = await soundJudge(db, records.values());
  const found = new Map<string, Candidate>();
  let compared = 0;
  for (const ids of portion) {
    for (const [a, b] of pairsOf(ids)) {
      const [left, right] = a < b ? [records.get(a), records.get(b)] : [records.get(b), records.get(a)];
      if (!left || !right || left.id === right.id) continue;
      compared += 1;
      const match = score(job.entity, left, right, soundsAlike);
      if (match.similarity >= Number(job.threshold)) found.set(`${left.id}${right.id}`, { leftId: left.id, rightId: right.id, ...match });
    }
  }
  return { compared, candidates: await insertCandidates(db, job, [...found.values()]) };
}

/**
 * Searches all records of a kind for duplicates. Reads one snapshot through a cursor, writes candidates as it goes; repeated after a crash it finds the same and doubles nothing.
 * `aborted` is asked between portions. Undefined where another worker is at it.
 */
export async function runDedupe(db: Knex, job: DedupeJobRow, aborted: () => boolean = () => false): Promise<DedupeCounts | undefined> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { locked: boolean }[] }>(`SELECT pg_try_advisory_xact_lock(hashtextextended('crm_dedupe:' || ?, 0)) AS locked`, [job.entity satisfies MatchEntity]);
    if (rows[0]?.locked !== true) return undefined;
    await openBlocks(trx, job.entity);
    let total: DedupeCounts = { compared: 0, candidates: 0 };
    for (let blocks = await nextBlocks(trx, blocksAtOnce); blocks.length > 0; blocks = await nextBlocks(trx, blocksAtOnce)) {
      for (const portion of portions(blocks)) {
        if (aborted()) return undefined;
        const counts = await compare(db, job, portion);
        total = { compared: total.compared + counts.compared, candidates: total.candidates + counts.candidates };
      }
      await noteProgress(db, job.id, total);
    }
    return total;
  });
}
