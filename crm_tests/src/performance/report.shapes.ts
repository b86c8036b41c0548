import { deflateRawSync } from 'node:zlib';

/** A report as the builder keeps it in its address. */
export type Definition = Readonly<Record<string, unknown>> & { readonly view: string };

/** A report that somebody builds field by field: what is there before, and the fields that are dropped one after the other. */
export interface Built {
  readonly name: string;
  readonly begins: Definition;
  readonly drops: readonly string[];
}

const dayMs = 86_400_000;
let day = Date.UTC(2019, 0, 1) + Math.floor(Math.random() * 400) * dayMs;

/** A first day of a period that nobody asked for before: another question to everything that keeps answers. The rows that a report finds are nearly the same. */
export function freshDay(): string {
  day += dayMs;
  return new Date(day).toISOString().slice(0, 10);
}

const since = (member: string): object => ({ period: { member, range: [freshDay(), new Date().toISOString().slice(0, 10)] } });

/** The same question over a period that nobody asked for before. */
export const asNew = (definition: Definition): Definition => {
  const { member } = definition['period'] as { member: string };
  return { ...definition, ...since(member) };
};

const empty = { v: 1, rows: [], columns: [], values: [], filters: [], having: [], compare: null, top: null, sort: null, totals: { rows: true, columns: true }, show: { shape: 'pivot' } };
const value = (key: string, measure: string): object => ({ key, measure });

/** Reports of several kinds, each begun with a question that nobody asked before. */
export function builtReports(): readonly Built[] {
  return [
    { name: 'won by region and source and quarter', begins: { ...empty, view: 'deals', values: [value('won', 'deals.won_amount')], ...since('deals.closed_at') }, drops: ['deals.region', 'deals.source', 'deals.closed_at', 'deals.won_count'] },
    { name: 'win rates', begins: { ...empty, view: 'deals', values: [value('rate', 'deals.win_rate')], ...since('deals.closed_at') }, drops: ['deals.source', 'deals.region', 'deals.lost_count', 'deals.owner'] },
    { name: 'the first ten owners and the others', begins: { ...empty, view: 'deals', rows: [{ member: 'deals.owner' }], values: [value('won', 'deals.won_amount')], top: { value: 'won', n: 10, others: true, order: 'desc' }, ...since('deals.closed_at') }, drops: ['deals.win_rate', 'deals.won_count', 'deals.region'] },
    { name: 'beside the year before', begins: { ...empty, view: 'deals', values: [value('won', 'deals.won_amount')], compare: 'year', ...since('deals.closed_at') }, drops: ['deals.owner', 'deals.closed_at', 'deals.win_rate'] },
    { name: 'activities', begins: { ...empty, view: 'activities', values: [value('all', 'activities.count')], ...since('activities.occurred_at') }, drops: ['activities.kind', 'activities.owner', 'activities.occurred_at'] },
  ];
}

/** Accounts by month, as many cells as an answer may have where the sample is large enough. */
export const wideReport = (): Definition => ({ ...empty, view: 'deals', rows: [{ member: 'deals.account' }], columns: [{ member: 'deals.closed_at', grain: 'month' }], values: [value('won', 'deals.won_amount'), value('lost', 'deals.lost_count')], period: { member: 'deals.closed_at', range: 'all' } });

/** All contacts, one row each. */
export const allContacts = (): Definition => ({ ...empty, view: 'contacts', rows: ['id', 'name', 'country', 'source'].map((name) => ({ member: `contacts.${name}` })), values: [value('contacts', 'contacts.count')], period: null });

/** The address in which the builder opens a report. */
export const builderAddress = (definition: Definition): string => `/reports/new?d=${deflateRawSync(JSON.stringify(definition)).toString('base64url')}`;
