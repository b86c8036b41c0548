import type { Actor } from '../../kernel/context/actor.js';
import type { AnalyticsService } from './analytics.service.js';

/** What a member of the semantic layer is called and means. */
export interface Meaning {
  readonly title: string;
  readonly titleAr: string;
  readonly description: string;
  readonly descriptionAr: string;
  readonly formula: string;
  readonly formulaAr: string;
  /** Of a measure. */
  readonly unit: string;
  readonly measure: boolean;
  /** Cube's type: `time`, `number`, `string`, `boolean`. */
  readonly type: string;
  /** Version of a measure's definition. */
  readonly version: number;
  /** Of a dimension whose value one condition gives and which splits nothing. */
  readonly asked: boolean;
  /** Whether the numbers of parts add up to that of the whole. */
  readonly additive: boolean;
}

/** Every member that somebody may ask for. */
export type Meanings = ReadonlyMap<string, Meaning>;

interface MetaMember { readonly name: string; readonly title?: string; readonly shortTitle?: string; readonly description?: string; readonly type?: unknown; readonly meta?: Readonly<Record<string, unknown>> }

/** Reads the members that an actor may ask for, with their words. */
export async function readMeanings(analytics: Pick<AnalyticsService, 'ask'>, actor: Actor): Promise<Meanings> {
  const meta = JSON.parse(await analytics.ask(actor, { call: 'meta', method: 'GET', search: '', body: undefined })) as { cubes?: { measures?: MetaMember[]; dimensions?: MetaMember[] }[] };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const of = (member: MetaMember, measure: boolean): readonly [string, Meaning] => [member.name, {
    title: text(member.shortTitle) || text(member.title) || member.name, titleAr: text(member.meta?.['title_ar']), description: text(member.description), descriptionAr: text(member.meta?.['description_ar']),
    formula: text(member.meta?.['formula']), formulaAr: text(member.meta?.['formula_ar']), unit: text(member.meta?.['unit']), measure, additive: member.meta?.['additive'] === true,
    type: text(member.type), version: Number(member.meta?.['version'] ?? 1), asked: typeof member.meta?.['asked'] === 'string',
  }];
  return new Map((meta.cubes ?? []).flatMap(({ measures = [], dimensions = [] }) => [...measures.map((one) => of(one, true)), ...dimensions.map((one) => of(one, false))]));
}
