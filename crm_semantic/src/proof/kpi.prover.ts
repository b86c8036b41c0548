import { openMoment, type Moment } from 'crm_cdc';
import { cubeStatement, mostGroups, pinned, type CubeAddress } from './cube.statement.js';
import { refusal, warehouseRefusal } from './kpis/ledger.sql.js';
import { sameNumber } from './number.compare.js';
import { viewProofs } from './proof.registry.js';
import { ledgerStatement, measuresOf, splitOf } from './proof.sql.js';
import type { ProofCase, ViewProof } from './proof.types.js';

/** Reads the warehouse as Cube does, with its driver and its settings. */
export interface WarehouseReader {
  query<R>(sql: string, values: unknown[]): Promise<R[]>;
}

/** A question to prove. */
export interface ProofTask {
  readonly proof: ViewProof;
  readonly asked: ProofCase;
}

/** What a proof needs. */
export interface ProveOptions {
  readonly postgresUrl: string;
  readonly warehouseUrl: string;
  readonly cube: CubeAddress;
  readonly reader: WarehouseReader;
  /** Longest wait for the warehouse to reach the moment, ms. */
  readonly waitMs: number;
  /** No further question is begun after this many ms: the moment keeps Postgres from cleaning up. */
  readonly budgetMs: number;
  /** Default: every case of every view. */
  readonly tasks?: readonly ProofTask[];
  readonly signal?: AbortSignal;
}

/** One KPI in one split, compared. */
export interface KpiResult {
  /** `view.measure`. */
  readonly kpi: string;
  readonly grouping: string;
  readonly equal: boolean;
  /** Numbers compared. */
  readonly rows: number;
  readonly different: number;
  /** Of the first difference, else of the first group: recomputed from the ledger, and as the semantic layer has it. */
  readonly expected: string | null;
  readonly actual: string | null;
  /** The first difference for a person; empty when there is none. */
  readonly detail: string;
  readonly checkedAt: Date;
}

/** What a run found at its one position of the log. */
export interface ProofReport {
  readonly lsn: bigint;
  /** Everything committed up to here was in it; microseconds since 1970. */
  readonly committedAt: bigint;
  readonly results: readonly KpiResult[];
  /** Questions done, from the first on; fewer than asked when the time was over. */
  readonly done: number;
}

/** Every question that the product asks itself. */
export function allTasks(): ProofTask[] {
  return viewProofs.flatMap((proof) => proof.cases.map((asked) => ({ proof, asked })));
}

// A statement of a proof must not occupy either side for longer.
const statementMs = 60_000;
/** A row that is being written while a statement runs can show wrong once; the same three times is a difference. */
const looks = 3;

type Table = ReadonlyMap<string, readonly (string | null)[]>;
/** Numbers by group, or the refusal to give any. */
type Answer = Table | 'refused';

/** Recomputes KPIs from Postgres and compares them with what the semantic layer has, both at one position of the log. */
export async function proveKpis(options: ProveOptions): Promise<ProofReport> {
  const tasks = options.tasks ?? allTasks();
  const deadline = Date.now() + options.budgetMs;
  const moment = await openMoment({ postgresUrl: options.postgresUrl, warehouseUrl: options.warehouseUrl, waitMs: options.waitMs, ...(options.signal ? { signal: options.signal } : {}) });
  try {
    await moment.client.query(`SET LOCAL statement_timeout = ${statementMs}; SET LOCAL jit = off`);
    const at = new Date();
    const results: KpiResult[] = [];
    let done = 0;
    for (const task of tasks) {
      if (done > 0 && Date.now() > deadline) break;
      options.signal?.throwIfAborted();
      results.push(...(await prove(options, moment, task, at)));
      done += 1;
    }
    return { lsn: moment.lsn, committedAt: moment.committedAt, results, done };
  } finally {
    await moment.close();
  }
}

async function prove(options: ProveOptions, moment: Moment, task: ProofTask, at: Date): Promise<KpiResult[]> {
  const expected = await askLedger(moment, task, at);
  for (let look = 1; ; look += 1) {
    const results = compare(task, expected, await askWarehouse(options, moment, task, at));
    if (look === looks || results.every(({ equal }) => equal)) return results;
  }
}

async function askLedger(moment: Moment, { proof, asked }: ProofTask, at: Date): Promise<Answer> {
  const { sql, values } = ledgerStatement(proof, asked, at);
  await moment.client.query('SAVEPOINT question');
  try {
    const { rows } = await moment.client.query<Record<string, string | null>>(sql, [...values]);
    const [split, numbers] = [splitOf(asked), measuresOf(proof, asked)];
    return table(rows.map((row) => [split.map((_, index) => row[`d${index}`] ?? null), numbers.map((_, index) => row[`m${index}`] ?? null)]));
  } catch (error) {
    if (error instanceof Error && error.message.includes(refusal)) return 'refused';
    throw new Error(`Postgres cannot recompute ${proof.view} by ${asked.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await moment.client.query('ROLLBACK TO SAVEPOINT question');
  }
}

async function askWarehouse(options: ProveOptions, moment: Moment, { proof, asked }: ProofTask, at: Date): Promise<Answer> {
  const statement = await cubeStatement(options.cube, proof, asked, options.signal);
  try {
    // One thread: nobody waits for the proof, and the other processors are for those who ask.
    const rows = await options.reader.query<Record<string, unknown>>(`${pinned(statement.sql, moment, at)} SETTINGS max_threads = 1`, [...statement.values]);
    if (rows.length >= mostGroups) throw new Error(`${proof.view} by ${asked.name} has ${mostGroups} groups or more, which Cube cuts off: take a coarser split`);
    const stepped = asked.period?.step === undefined ? -1 : statement.split.length - 1;
    const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
    return table(rows.map((row) => [
      // A time's day is what a step is compared by.
      statement.split.map((alias, index) => (index === stepped ? (text(row[alias])?.slice(0, 10) ?? null) : text(row[alias]))),
      statement.numbers.map((alias) => text(row[alias])),
    ]));
  } catch (error) {
    if (String(error).includes(warehouseRefusal)) return 'refused';
    throw error;
  }
}

function table(rows: readonly (readonly [readonly (string | null)[], readonly (string | null)[]])[]): Table {
  const groups = new Map(rows.map(([split, numbers]) => [JSON.stringify(split), numbers]));
  // Two rows of one group would hide each other.
  if (groups.size !== rows.length) throw new Error(`An answer has ${rows.length - groups.size} groups twice`);
  return groups;
}

const shown = (value: string | null): string => value ?? '–';

function compare({ proof, asked }: ProofTask, expected: Answer, actual: Answer): KpiResult[] {
  return measuresOf(proof, asked).map((name, index): KpiResult => {
    const base = { kpi: `${proof.view}.${name}`, grouping: asked.name, checkedAt: new Date() };
    if (expected === 'refused' || actual === 'refused') {
      const equal = expected === actual;
      const words = (answer: Answer): string => (answer === 'refused' ? 'refused: an exchange rate is missing' : `${answer.size} groups`);
      return { ...base, equal, rows: 1, different: equal ? 0 : 1, expected: words(expected), actual: words(actual), detail: equal ? '' : `the ledger says ${words(expected)}, the semantic layer ${words(actual)}` };
    }
    const tolerance = proof.measures[name]?.tolerance ?? 'exact';
    let first: { group: string; expected: string | null; actual: string | null } | null = null;
    let [rows, different] = [0, 0];
    for (const group of new Set([...expected.keys(), ...actual.keys()])) {
      const [here, there] = [expected.get(group), actual.get(group)];
      const [one, other] = [here?.[index] ?? null, there?.[index] ?? null];
      rows += 1;
      if (here && there && sameNumber(one, other, tolerance)) continue;
      different += 1;
      first ??= { group, expected: here ? one : 'no such group', actual: there ? other : 'no such group' };
    }
    const [sample] = expected.keys();
    const values = first ?? { group: '', expected: (sample === undefined ? null : expected.get(sample)?.[index]) ?? null, actual: (sample === undefined ? null : actual.get(sample)?.[index]) ?? null };
    return {
      ...base, equal: different === 0, rows, different, expected: values.expected, actual: values.actual,
      detail: first ? `${splitOf(asked).join(', ') || 'in all'} ${first.group}: the ledger gives ${shown(first.expected)}, the semantic layer ${shown(first.actual)}` : '',
    };
  });
}
