import { ReportAnswer, ReportDefinition, ReportNode } from '@core/reports/report.model';

/** One split of a made answer: its member, its values, and a grain for time. */
export interface MadeSplit {
  readonly member: string;
  readonly values: readonly (string | number | boolean | null)[];
  readonly grain?: 'month' | 'quarter';
  readonly others?: boolean;
}

/** A node of each path of values, in preorder. */
export function nodesOf(splits: readonly MadeSplit[]): ReportNode[] {
  const nodes: ReportNode[] = [{ level: 0, parent: null, value: null, value_ar: null, others: false, point: {} }];
  const below = (parent: number, level: number): void => {
    const split = splits[level];
    split?.values.forEach((value, index) => {
      const others = split.others === true && index === split.values.length - 1;
      nodes.push({ level: level + 1, parent, value, value_ar: null, others, point: { [split.grain ? `${split.member}.${split.grain}` : split.member]: value } });
      if (!others) below(nodes.length - 1, level + 1);
    });
  };
  below(0, 0);
  return nodes;
}

/** A definition with what a spec does not care about. */
export function definitionOf(part: Partial<ReportDefinition>): ReportDefinition {
  return { v: 1, view: 'deals', rows: [], columns: [], values: [{ key: 'won', measure: 'deals.won_amount' }], filters: [], having: [], period: null, compare: null, top: null, sort: null, totals: { rows: true, columns: true }, show: { shape: 'pivot' }, ...part };
}

/** An answer whose cells are given by a function of row, column and value. */
export function answerOf(rows: readonly MadeSplit[], columns: readonly MadeSplit[], values: readonly (readonly [key: string, unit: string])[], cell: (row: number, column: number, key: string) => string | null, before: typeof cell | null = null): ReportAnswer {
  const [down, across] = [nodesOf(rows), nodesOf(columns)];
  const cells = (make: typeof cell): Record<string, (string | null)[]> => Object.fromEntries(values.map(([key]) => [key, down.flatMap((_, row) => across.map((__, column) => make(row, column, key)))]));
  return {
    watermark: { lsn: '7', committed_at: '2026-11-22T14:03:07Z', lag_ms: 3 }, consistent: true, proof: null, currency: 'USD', range: null, compared: null,
    values: values.map(([key, unit]) => ({ key, measure: `deals.${key}_amount`, title: `Value ${key}`, title_ar: `القيمة ${key}`, unit, version: 1 })),
    rows: down, columns: across, cells: cells(cell), before: before === null ? null : cells(before), cut: [], query: {},
  };
}

/** Regions and sources by quarters, money to the cent. */
export const REGIONS: MadeSplit = { member: 'deals.region', values: ['Gulf', 'Europe'] };
export const SOURCES: MadeSplit = { member: 'deals.source', values: ['Web', 'Referral'] };
export const QUARTERS: MadeSplit = { member: 'deals.closed_at', values: ['2026-01-01T00:00:00.000', '2026-04-01T00:00:00.000'], grain: 'quarter' };
export const SPLITS = { rows: [{ member: 'deals.region' }, { member: 'deals.source' }], columns: [{ member: 'deals.closed_at', grain: 'quarter' as const }] };

/** 1,000 rows by 100 columns, totals besides: what the largest answer has. */
export function largeAnswer(): ReportAnswer {
  const accounts: MadeSplit = { member: 'deals.account', values: Array.from({ length: 999 }, (_, index) => `Account ${index + 1}`) };
  const products: MadeSplit = { member: 'deals.product', values: Array.from({ length: 99 }, (_, index) => `Product ${index + 1}`) };
  return answerOf([accounts], [products], [['won', 'money']], (row, column) => ((row * 7 + column) % 11 === 0 ? null : `${row * 1000 + column}.25`));
}
