import { STATUS_CODES } from 'node:http';
import type { Actor } from '../../../kernel/context/actor.js';
import { CrmError } from '../../../kernel/errors/crm.error.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import type { Watermark } from '../../analytics/watermark.repository.js';
import type { ReportingDay } from '../../period/period.range.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import { askedRange, comparedRange } from './compared.range.js';
import { anyOf, noneOf } from './group.filters.js';
import { assembled, groupsOf, type AnsweredQuestion, type Assembled, type Assembly } from './report.assembly.js';
import { Catalogues } from './report.catalogue.js';
import { checkReport } from './report.check.js';
import { tooLarge } from './report.errors.js';
import { readLeaves, type LeavesRequest, type ReportLeaves } from './report.leaves.js';
import { leafQuery, questionsOf, type PlanContext, type ReportQuestion } from './report.plan.js';
import { addsUp, leastOf, rolledUp } from './report.rollup.js';
import { countNodes, type CubeRow, type TreeNode } from './report.tree.js';

/** Most cells of an answer; exports have no such end. */
export const mostCells = 100_000;
const rounds = 8;

interface Problem { readonly status: number; readonly code: string; readonly detail: string }
interface Batch {
  readonly watermark: Watermark;
  readonly consistent: boolean;
  readonly trace_id?: string;
  readonly answers: Readonly<Record<string, { readonly data?: readonly CubeRow[]; readonly proof?: Readonly<Record<string, unknown>> | null } & Partial<Problem>>>;
}

/** Answers reports from one state of the warehouse. */
export class ReportEngine {
  private readonly catalogues: Catalogues;

  constructor(private readonly analytics: Pick<AnalyticsService, 'ask' | 'batch' | 'stream'>, private readonly most = mostCells) {
    this.catalogues = new Catalogues(analytics);
  }

  /** The report as an actor may see it, by the calendar of `at`. Throws a 422 that names what cannot be asked. */
  async answer(actor: Actor, report: ReportDefinition, at: ReportingDay): Promise<ReportAnswer> {
    const { catalogue, values } = await this.checked(actor, report);
    const [range, compared] = [askedRange(report, at), comparedRange(report, at)];
    const limit = Math.floor(this.most / values.length) + 1;
    const assembly: Assembly = { report, catalogue, values, at, range, compared, mostCells: this.most };
    let plan: PlanContext = { catalogue, at, range, compared, limit, others: null, groups: [] };
    // How many groups are asked for, and how many leaves all of them have; undefined where all are asked for.
    let asked: number | undefined;
    let leaves: number | null | undefined;
    let found: { batch: Batch; answered: AnsweredQuestion[]; whole: Assembled } | undefined;
    let settled = false;
    for (let round = 0; round < rounds && !settled; round += 1) {
      const { batch, answered } = await this.answers(actor, questionsOf(report, plan), assembly, { kept: found?.whole.kept ?? null, limit, whole: plan.groups.length === 0 });
      if (answered.some(({ data }) => data.length >= limit)) {
        const fewer = fewerGroups(answered, assembly, limit, asked);
        leaves = leaves ?? fewer.leaves;
        asked = fewer.groups.length;
        plan = { ...plan, groups: [anyOf(fewer.groups, report.rows[0]!, catalogue)] };
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

  /** The answers to all questions: where all values add up, summed from those of the leaves. */
  private async answers(actor: Actor, questions: readonly ReportQuestion[], { report, catalogue, values }: Assembly, { kept, limit, whole }: { readonly kept: Assembled['kept']; readonly limit: number; readonly whole: boolean }): Promise<{ readonly batch: Batch; readonly answered: AnsweredQuestion[] }> {
    const read = (batch: Batch, of: readonly ReportQuestion[]): AnsweredQuestion[] => of.map((question) => ({ ...question, data: rowsOf(batch, question) }));
    const least = whole && addsUp(report, catalogue) ? leastOf(report, questions) : questions;
    if (least.length < questions.length) {
      const batch = await this.ask(actor, least);
      const asked = read(batch, least);
      const measures = values.flatMap(({ measure }) => (measure === null ? [] : [measure]));
      const answered = asked.some(({ data }) => data.length >= limit) ? null : rolledUp(questions, asked, { report, catalogue, measures, kept: kept && new Set(kept.map(({ key }) => key)) });
      if (answered) return { batch, answered };
    }
    const batch = await this.ask(actor, questions);
    return { batch, answered: read(batch, questions) };
  }

  private async ask(actor: Actor, questions: readonly ReportQuestion[]): Promise<Batch> {
    return JSON.parse(await this.analytics.batch(actor, questions.map(({ key, query }) => ({ key, query })))) as Batch;
  }
}

function rowsOf({ answers }: Batch, { key }: ReportQuestion): readonly CubeRow[] {
  const { data, status = 502, code = 'analytics_failed', detail } = answers[key] ?? {};
  // Each question is refused for the same reason: one tells it.
  if (!data) throw new CrmError(status, code, detail ?? STATUS_CODES[status] ?? 'The figures could not be computed.');
  return data;
}

/** The first groups that there is room for, where an answer came to its end, and how many leaves all groups have where that is known. Where nothing less can be asked for, a 422. */
function fewerGroups(answered: readonly AnsweredQuestion[], assembly: Assembly, limit: number, asked: number | undefined): { readonly groups: readonly TreeNode[]; readonly leaves: number | null } {
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

function currencyOf(answered: readonly AnsweredQuestion[], member: string): string | null {
  for (const { data } of answered) for (const row of data) { const value = row[member]; if (typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value; }
  return null;
}
