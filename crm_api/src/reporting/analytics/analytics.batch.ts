import { STATUS_CODES } from 'node:http';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { Watermark } from './watermark.repository.js';

/** One query of a batch and the name under which it is answered. */
export interface BatchQuery {
  readonly key: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/** An answer as JSON text, and the tables that were read for it; null where that is not known. */
export interface LoadedText {
  readonly text: string;
  readonly tables: readonly string[] | null;
}

/** What a batch is answered from. */
export interface BatchSource {
  readonly queries: readonly BatchQuery[];
  load(query: BatchQuery): Promise<LoadedText>;
  watermark(): Promise<Watermark>;
  /** The state of each table now, and by key the answers which are kept and hold at that very state. */
  begin(queries: readonly BatchQuery[]): Promise<{ readonly state: Readonly<Record<string, string>>; readonly kept: ReadonlyMap<string, LoadedText> }>;
  /** The state of each table now: the same text means the same rows. */
  state(): Promise<Readonly<Record<string, string>>>;
}

// The semantic layer runs 8 statements at once; another caller must get a turn.
const atOnce = 6;
const rounds = 3;

/**
 * Answers queries from one state of the tables: the state is read before and after, and what was read from a table that moved meanwhile
 * is asked again, twice at most. `consistent` says whether it came to rest; `tables` is the state from before the last round, so that whoever keeps answers
 * sees by a later one which of them still hold. A query that fails is a problem among the answers.
 */
export async function answerBatch(source: BatchSource): Promise<string> {
  const answers = new Map<string, { readonly text: string; readonly tables: readonly string[] | null; readonly state: Readonly<Record<string, string>> }>();
  let open: readonly BatchQuery[] = source.queries;
  let watermark: Watermark | null = null;
  let state: Readonly<Record<string, string>> = {};
  for (let round = 0; round < rounds && open.length > 0; round += 1) {
    // Before the queries: every answer is at least as fresh as what all of them claim.
    watermark = await source.watermark();
    const { state: before, kept } = await source.begin(open);
    state = before;
    for (const [key, answer] of kept) answers.set(key, { ...answer, state: before });
    const asked = open.filter(({ key }) => !kept.has(key));
    await eachOf(asked, async (query) => {
      const loaded = await source.load(query).catch((error: unknown) => ({ text: problemText(error), tables: [] }));
      answers.set(query.key, { ...loaded, state: before });
    });
    // What is kept was compared with that state already; only what was asked since may have met another.
    const now = asked.length === 0 ? before : await source.state();
    open = source.queries.filter(({ key }) => {
      const answer = answers.get(key);
      // Tables that are not known may be any of them.
      const tables = answer?.tables ?? Object.keys({ ...now, ...answer?.state });
      return tables.some((table) => answer?.state[table] !== now[table]);
    });
  }
  const told = source.queries.map(({ key }) => `${JSON.stringify(key)}:${answers.get(key)?.text ?? 'null'}`);
  return `{"watermark":${JSON.stringify(watermark)},"consistent":${open.length === 0},"tables":${JSON.stringify(state)},"answers":{${told.join(',')}}}`;
}

async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  }));
}

/** A refused query as the problem that it would be alone; anything else fails the batch. */
function problemText(error: unknown): string {
  if (!(error instanceof CrmError)) throw error;
  return JSON.stringify({ type: `urn:crm:problem:${error.code}`, title: STATUS_CODES[error.status] ?? 'Error', status: error.status, detail: error.message, code: error.code, ...error.members });
}
