import { plainNumber } from '@shared/record/names';
import { Changes, DealChange } from './scenario.model';

/** What is supposed of a single deal, as it is typed. */
export interface DealDraft {
  readonly id: string;
  readonly name: string;
  readonly outcome: '' | 'won' | 'lost';
  readonly date: string;
  readonly amount: string;
}

/** A scenario as it is typed; chances in per cent of what they are. */
export interface Draft {
  readonly chance: string;
  readonly stages: Readonly<Record<string, string>>;
  readonly amount: string;
  readonly shift: string;
  readonly business: string;
  readonly deals: readonly DealDraft[];
}

/** Nothing supposed. */
export const NOTHING: Draft = { chance: '', stages: {}, amount: '', shift: '', business: '', deals: [] };

/** The bounds of a typed number; those of the API. */
export const BOUNDS = { chance: [0, 1000], amount: [-100, 1000], shift: [-366, 366] } as const;

/** A typed number within bounds; null where it is none, undefined where nothing is typed. */
export function numberIn(text: string, [least, most]: readonly [number, number], whole = false): number | null | undefined {
  const plain = plainNumber(text);
  if (plain === null) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value)) ? value : null;
}

/** A typed amount; null where it is none, undefined where nothing is typed. */
export function amountOf(text: string): string | null | undefined {
  const plain = plainNumber(text);
  return plain === null ? undefined : /^\d{1,13}(\.\d{1,2})?$/.test(plain) ? plain : null;
}

/** What is wrong with a draft: `chance`, `stage:<id>`, `amount`, `shift`, `business`, `deal:<id>`. */
export function faultsOf({ chance, stages, amount, shift, business, deals }: Draft): ReadonlySet<string> {
  const faults: [string, boolean][] = [
    ['chance', numberIn(chance, BOUNDS.chance) === null], ['amount', numberIn(amount, BOUNDS.amount) === null], ['shift', numberIn(shift, BOUNDS.shift, true) === null], ['business', amountOf(business) === null],
    ...Object.entries(stages).map(([id, text]): [string, boolean] => [`stage:${id}`, numberIn(text, BOUNDS.chance) === null]), ...deals.map((deal): [string, boolean] => [`deal:${deal.id}`, amountOf(deal.amount) === null]),
  ];
  return new Set(faults.filter(([, wrong]) => wrong).map(([name]) => name));
}

/** The changes that a draft without faults stands for. */
export function changesOf({ chance, stages, amount, shift, business, deals }: Draft): Changes {
  const factor = (text: string): number | undefined => { const value = numberIn(text, BOUNDS.chance); return value === undefined || value === null ? undefined : value / 100; };
  const rates = [...Object.entries(stages).map(([id, text]) => ({ stage_id: id as string | null, factor: factor(text) })), { stage_id: null, factor: factor(chance) }].flatMap(({ stage_id, factor: times }) => (times === undefined || (times === 1 && stage_id === null) ? [] : [{ stage_id, factor: times }]));
  const [percent, days, added] = [numberIn(amount, BOUNDS.amount), numberIn(shift, BOUNDS.shift, true), amountOf(business)];
  const singles = deals.flatMap((deal): DealChange[] => {
    const worth = amountOf(deal.amount);
    const change = { ...(deal.outcome === '' ? {} : { outcome: deal.outcome }), ...(deal.date === '' ? {} : { close_date: deal.date }), ...(typeof worth === 'string' ? { amount: worth } : {}) };
    return Object.keys(change).length === 0 ? [] : [{ id: deal.id, ...change }];
  });
  return { ...(rates.length ? { win_rates: rates } : {}), ...(percent ? { amount_percent: percent } : {}), ...(days ? { shift_days: days } : {}), ...(singles.length ? { deals: singles } : {}), ...(added && Number(added) > 0 ? { new_business: added } : {}) };
}

const percentText = (factor: number | undefined): string => (factor === undefined ? '' : String(Math.round(factor * 1e8) / 1e6));

/** The draft that a saved scenario opens as; names of deals are told beside it. */
export function draftOf({ win_rates: rates = [], amount_percent: percent, shift_days: days, deals = [], new_business: added }: Changes, names: ReadonlyMap<string, string>): Draft {
  return {
    chance: percentText(rates.find(({ stage_id: id }) => id === null)?.factor), stages: Object.fromEntries(rates.flatMap(({ stage_id: id, factor }) => (id === null ? [] : [[id, percentText(factor)]]))),
    amount: percent === undefined ? '' : String(percent), shift: days === undefined ? '' : String(days), business: added ?? '',
    deals: deals.map(({ id, outcome, close_date: date, amount }) => ({ id, name: names.get(id) ?? '', outcome: outcome ?? '', date: date ?? '', amount: amount ?? '' })),
  };
}
