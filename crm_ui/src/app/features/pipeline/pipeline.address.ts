import { addDays, addMonths, DayRange, isDay } from '@core/analytics/period';
import { toDate } from '@core/format/format';

/** The parts of the page. */
export const VIEWS = ['changes', 'flow', 'stages', 'asof'] as const;
/** One of them. */
export type PipelineView = (typeof VIEWS)[number];
/** Starts that are offered by name. */
export const PRESETS = ['week', 'month', 'quarter'] as const;
/** One of them. */
export type Preset = (typeof PRESETS)[number];
/** What changes can be grouped by. */
export const GROUPS = ['owner', 'team', 'region'] as const;
/** One of them. */
export type Group = (typeof GROUPS)[number];

/** What the address says, as text; anything that is missing or makes no sense is left to the defaults. */
export interface PipelineParams {
  readonly view?: string;
  readonly from?: string;
  readonly until?: string;
  readonly close?: string;
  readonly by?: string;
  readonly pick?: string;
  readonly of?: string;
  readonly at?: string;
}

/** What the page shows. Instants are UTC, as `2026-11-29T21:00Z`; a null end is now. */
export interface PipelineAddress {
  readonly view: PipelineView;
  /** A named start moves with time; an instant stays. */
  readonly start: Preset | 'custom';
  /** Null for the first of the month: the semantic layer then takes as much of the month as history knows. */
  readonly from: string | null;
  readonly until: string | null;
  /** Only deals that were or are expected to close in this quarter, as `2026-Q4`. */
  readonly close: string | null;
  readonly by: Group | null;
  /** The bar or cell whose deals are listed. */
  readonly pick: string | null;
  /** The group that `pick` is narrowed to; an empty text is the group without a name. */
  readonly of: string | null;
  /** The moment to travel to; null until one is chosen. */
  readonly at: string | null;
}

const QUARTER = /^(\d{4})-Q([1-4])$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?Z$/;

const oneOf = <T extends string>(list: readonly T[], text: string | undefined): T | null => list.find((known) => known === text) ?? null;
const midnight = (day: string): string => `${day}T00:00Z`;

/** True for an instant in UTC with date and time. */
export function isInstant(text: string | null | undefined): text is string {
  return !!text && INSTANT.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
}

/** The instant that a named start stands for: midnight (UTC, the reporting time zone) seven days ago, or of the first of the quarter. */
export function startOf(preset: Preset, now: Date): string | null {
  const today = now.toISOString().slice(0, 10);
  switch (preset) {
    case 'week': return midnight(addDays(today, -7));
    case 'month': return null;
    case 'quarter': return midnight(addMonths(`${today.slice(0, 7)}-01`, -(now.getUTCMonth() % 3)));
  }
}

/** The first and the last day of a quarter, for a closing window. */
export function quarterRange(quarter: string): DayRange | null {
  const [, year, number] = QUARTER.exec(quarter) ?? [];
  if (!year || !number) return null;
  const first = `${year}-${String(Number(number) * 3 - 2).padStart(2, '0')}-01`;
  return [first, addDays(addMonths(first, 3), -1)];
}

/** The quarters offered as closing windows: from two before this one to four after it. */
export function quartersAround(now: Date): string[] {
  const index = now.getUTCFullYear() * 4 + Math.floor(now.getUTCMonth() / 3);
  return [-2, -1, 0, 1, 2, 3, 4].map((step) => `${Math.floor((index + step) / 4)}-Q${((index + step) % 4) + 1}`);
}

/** Reads the address. A start that lies after the end gives way to the month's. */
export function readAddress(params: PipelineParams, now: Date): PipelineAddress {
  const until = isInstant(params.until) ? params.until : null;
  const end = until === null ? now.getTime() : Date.parse(until);
  const preset = oneOf(PRESETS, params.from);
  const custom = isInstant(params.from) && Date.parse(params.from) < end ? params.from : null;
  const start = custom === null ? (preset ?? 'month') : 'custom';
  return {
    view: oneOf(VIEWS, params.view) ?? 'changes',
    start,
    from: custom ?? startOf(preset ?? 'month', until === null ? now : new Date(end)),
    until,
    close: params.close && quarterRange(params.close) ? params.close : null,
    by: oneOf(GROUPS, params.by),
    pick: params.pick || null,
    of: params.of ?? null,
    at: isInstant(params.at) ? params.at : null,
  };
}

/** The value of a date and time field in UTC for an instant, nothing for none; fields have no zone of their own. */
export function fieldOf(instant: string | null): string {
  const date = toDate(instant);
  return date === null ? '' : date.toISOString().slice(0, 16);
}

/** The instant that a field's value stands for, or null while it is not whole. */
export function instantOf(field: string): string | null {
  const text = `${field.slice(0, 16)}Z`;
  return isInstant(text) ? text : null;
}
