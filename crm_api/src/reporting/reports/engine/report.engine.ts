import { STATUS_CODES } from 'node:http';
import type { Actor } from '../../../kernel/context/actor.js';
import { CrmError } from '../../../kernel/errors/crm.error.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import type { Watermark } from '../../analytics/watermark.repository.js';
import type { ReportingDay } from '../../period/period.range.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import { askedRange, comparedRange } from './compared.range.js';
import { anyOf, noneOf } from './group.filters.js';
import { assembled, groupsOf, type AnsweredLevel, type Assembled, type Assembly } from './report.assembly.js';
import { Catalogues } from './report.catalogue.js';
import { checkReport } from './report.check.js';
import { tooLarge } from './report.errors.js';
import { readLeaves, type LeavesRequest, type ReportLeaves } from './report.leaves.js';
import { isSide, leafQuery, questionsOf, type PlanContext, type ReportQuestion } from './report.plan.js';
import { countNodes, type CubeRow, type TreeNode } from './report.tree.js';

/** Most cells of an answer; exports have no such end. */
export const mostCells = 100_000;
const rounds = 8;
/** Rows of a level that are asked for at first: nearly every report has fewer. */
const firstRows = 20_000;

interface Problem { readonly status: number; readonly code: string; readonly detail: string }
/** The rows of a level as the semantic layer sends them. */
interface LevelRows { readonly members: readonly string[]; readonly rows: readonly (readonly CubeRow[string][])[] }
interface Batch {
  readonly watermark: Watermark;
  readonly consistent: boolean;
  readonly trace_id?: string;
  readonly answers: Readonly<Record<string, { readonly levels?: readonly LevelRows[]; readonly proof?: Readonly<Record<string, unknown>> | null } & Partial<Problem>>>;
}

/** Answers reports from one state of the warehouse. */
export class ReportEngine {
  private readonly catalogues: Catalogues;

  constructor(private readonly analytics: Pick<AnalyticsService, 'ask' | 'batch' | 'stream'>, private readonly most = mostCells, private readonly first = firstRows) {
    this.catalogues = new Catalogues(analytics);
  }

  /** The report as an actor may see it, by the calendar of `at`. Throws a 422 that names what cannot be asked. */
  async answer(actor: Actor, report: ReportDefinition, at: ReportingDay): Promise<ReportAnswer> {
    const { catalogue, values } = await this.checked(actor, report);
    const [range, compared] = [askedRange(report, at), comparedRange(report, at)];
    const limit = Math.floor(this.most / values.length) + 1;
    const assembly: Assembly = { report, catalogue, values, at, range, compared, mostCells: this.most };
    // A condition on values and the choice of the first look at every row.
    let plan: PlanContext = { catalogue, at, range, compared, limit: report.having.length > 0 || report.top ? limit : Math.min(limit, this.first), others: null, groups: [] };
    // How many groups are asked for, and how many leaves all of them have; undefined where all are asked for.
    let asked: number | undefined;
    let leaves: number | null | undefined;
    let found: { batch: Batch; answered: readonly AnsweredLevel[]; whole: Assembled } | undefined;
    let settled = false;
    for (let round = 0; round < rounds && !settled; round += 1) {
      const questions = questionsOf(report, plan);
      const batch = await this.ask(actor, questions);
      const answered = questions.flatMap((question) => levelsOf(batch, question));
      const next = morePlanned(answered, plan, limit, this.most / values.length);
      if (next !== null) {
        plan = next;
        continue;
      }
      if (plan.sides === true || answered.some(({ data }) => data.length >= plan.limit)) {
        const fewer = fewerGroups(plan.groups.length > 0 ? answered : answered.filter(isSide), assembly, plan.limit, asked);
        leaves = leaves ?? fewer.leaves;
        asked = fewer.groups.length;
        plan = { ...plan, limit, sides: false, groups: [anyOf(fewer.groups, report.rows[0]!, catalogue)] };
        continue;
      }
      const whole = assembled(answered, leaves === undefined ? assembly : { ...assembly, leaves });
      found = { batch, answered, whole };
      const others = whole.kept !== null && report.top?.others ? noneOf(whole.kept, report.rows[0]!, catalogue) : null;
      // What is among the others is known once the first are; it may have moved meanwhile.
      settled = JSON.stringify(others) === JSON.stringify(plan.others);
      plan = { ...plan, others };
    }
    if (!found) throw tooLarge();
    const { batch, answered, whole: { kept: _kept, ...whole } } = found;
    return {
      watermark: batch.watermark, consistent: batch.consistent && settled, proof: proofOf(batch), ...(batch.trace_id === undefined ? {} : { trace_id: batch.trace_id }),
      currency: currencyOf(answered, `${report.view}.reporting_currency`), range, compared, values, ...whole, query: leafQuery(report, plan),
    };
  }

  /** Every leaf of a report, however many; `signal` ends the reading. */
  async leaves(actor: Actor, report: ReportDefinition, { at, locale, signal }: Pick<LeavesRequest, 'at' | 'locale' | 'signal'>): Promise<ReportLeaves> {
    return readLeaves(this.analytics, { actor, report, at, locale, signal, ...await this.checked(actor, report) });
  }

  /** The catalogue and the values of a report; what is not in the catalogue may be newer than it. */
  private async checked(actor: Actor, report: ReportDefinition): Promise<Pick<Assembly, 'catalogue' | 'values'>> {
    const kept = await this.catalogues.read(actor);
    try {
      return { catalogue: kept, values: checkReport(report, kept) };
    } catch (error) {
      const catalogue = await this.catalogues.read(actor, true);
      if (catalogue === kept) throw error;
      return { catalogue, values: checkReport(report, catalogue) };
    }
  }

  private async ask(actor: Actor, questions: readonly ReportQuestion[]): Promise<Batch> {
    return JSON.parse(await this.analytics.batch(actor, questions.map(({ key, query }) => ({ key, query })))) as Batch;
  }
}

function levelsOf({ answers }: Batch, { key, levels: asked, others, before }: ReportQuestion): AnsweredLevel[] {
  const { levels, status = 502, code = 'analytics_failed', detail } = answers[key] ?? {};
  // Each question is refused for the same reason: one tells it.
  if (!levels) throw new CrmError(status, code, detail ?? STATUS_CODES[status] ?? 'The figures could not be computed.');
  return levels.map(({ members, rows }, at) => ({ ...asked[at]!, others, before, data: rows.map((row) => {
    const named: Record<string, CubeRow[string]> = {};
    for (const [place, member] of members.entries()) named[member] = row[place] ?? null;
    return named;
  }) }));
}

/** What to ask next where the first answer has not all rows: all of them, or the sides alone where there is no room for all cells anyway; null where what was answered will do. */
function morePlanned(answered: readonly AnsweredLevel[], plan: PlanContext, limit: number, room: number): PlanContext | null {
  const open = answered.filter(({ data }) => data.length >= plan.limit);
  if (open.length === 0 || plan.limit >= limit) return null;
  const most = (levels: readonly AnsweredLevel[]): number => Math.max(...levels.map(({ data }) => data.length));
  // At least so many cells, since a side may have more rows than were answered.
  const cells = most(answered.filter(({ columns }) => columns === 0)) * most(answered.filter(({ rows }) => rows === 0));
  if (cells <= room) return { ...plan, limit };
  return open.some(isSide) ? { ...plan, limit, sides: true } : null;
}

/** The first groups that there is room for, where an answer came to its end, and how many leaves all groups have where that is known. Where nothing less can be asked for, a 422. */
function fewerGroups(answered: readonly AnsweredLevel[], assembly: Assembly, limit: number, asked: number | undefined): { readonly groups: readonly TreeNode[]; readonly leaves: number | null } {
  const full = answered.filter(({ data }) => data.length >= limit);
  // The columns and the first level of the rows say which groups there are: they must be whole.
  if (full.some(({ rows, columns }) => rows === 0 || (rows === 1 && columns === 0))) throw tooLarge();
  const { nodes, leaves, columns } = groupsOf(answered, assembly);
  const wanted = assembly.report.top ? nodes.slice(0, assembly.report.top.n) : nodes;
  const isCounted = !full.some((one) => one.columns === 0);
  const room = Math.floor(assembly.mostCells / assembly.values.length / columns);
  let count = 0;
  const fitting = wanted.findIndex((node) => (count += countNodes(node)) > room);
  const most = isCounted ? Math.max(1, fitting < 0 ? wanted.length : fitting) : Math.floor(wanted.length / 2);
  if (most < 1 || (asked !== undefined && most >= asked)) throw tooLarge();
  return { groups: wanted.slice(0, most), leaves: isCounted && asked === undefined ? leaves : null };
}

/** Whether all tables behind the answers equalled the books when last compared; null where one was not compared. */
function proofOf({ answers }: Batch): Readonly<Record<string, unknown>> | null {
  const proofs = Object.values(answers).map(({ proof }) => proof ?? null);
  const [first] = proofs;
  if (!first || proofs.includes(null)) return null;
  return proofs.find((proof) => proof?.['equal'] === false) ?? first;
}

function currencyOf(answered: readonly AnsweredLevel[], member: string): string | null {
  for (const { data } of answered) for (const row of data) { const value = row[member]; if (typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value; }
  return null;
}
