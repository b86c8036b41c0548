import { Query } from '@cubejs-client/core';
import { Row } from '@core/analytics/analytics.client';
import { formatDays, formatMoney, formatNumber, formatPercent, MISSING, toNumber } from '@core/format/format';
import { ChartPoint } from '@shared/chart/chart-card.component';
import { Group } from '../pipeline.address';
import { dealsText, nameIn, Reader } from '@shared/format/reader';

type Range = readonly [from: string, until: string];

/** How the stages went in the span: conversion of the deals that reached a stage in it, duration of the visits that began in it. */
export function stageQueries([from, until]: Range, has: (member: string) => boolean): { funnel: Query; visits: Query } {
  const stage = (view: string): string[] => ['stage', 'stage_ar', 'stage_position', 'pipeline'].map((name) => `${view}.${name}`).filter(has);
  const range: [string, string] = [from, until];
  return {
    funnel: { measures: ['stage_funnel.count', 'stage_funnel.conversion_rate'], dimensions: stage('stage_funnel'), timeDimensions: [{ dimension: 'stage_funnel.reached_at', dateRange: range }], order: { 'stage_funnel.stage_position': 'asc' } },
    visits: { measures: VISITS.map((name) => `stage_visits.${name}`).filter(has), dimensions: stage('stage_visits'), timeDimensions: [{ dimension: 'stage_visits.entered_at', dateRange: range }], order: { 'stage_visits.stage_position': 'asc' } },
  };
}

const VISITS = ['count', 'open_count', 'median_days'] as const;

/** Velocity of everything, or by group; its four factors look back 90 days from now. */
export function velocityQuery(by: Group | null, has: (member: string) => boolean): Query {
  return { measures: ['deals.velocity', 'deals.open_count'], dimensions: by === null ? [] : [`deals.${by}`, `deals.${by}_ar`, `deals.${by}_id`].filter(has), ...(by === null ? {} : { order: { 'deals.velocity': 'desc' as const }, limit: 12 }) };
}

/** One stage with what is told of it; text is a dash where nothing is known. */
export interface StageLine {
  readonly key: string;
  readonly name: string;
  readonly reached: string;
  readonly conversion: string;
  /** 0 to 1, to draw. */
  readonly share: number;
  readonly median: string;
  /** Of the longest median, 0 to 1, to draw. */
  readonly length: number;
  readonly visits: string;
  /** How many visits have not ended: they count as "at least so long", not as ended today. */
  readonly open: string;
}

/** Puts conversion and duration of each stage beside each other, in the order of the stages. */
export function stageLines(funnel: readonly Row[], visits: readonly Row[], reader: Reader): StageLine[] {
  const lines = new Map<string, { name: string; position: number; funnel?: Row; visits?: Row }>();
  const pipelines = new Set([...funnel, ...visits].map((row) => row['stage_funnel.pipeline'] ?? row['stage_visits.pipeline'])).size;
  for (const [view, rows] of [['stage_funnel', funnel], ['stage_visits', visits]] as const) {
    for (const row of rows) {
      const key = `${String(row[`${view}.pipeline`] ?? '')}/${String(row[`${view}.stage`] ?? '')}`;
      const name = nameIn(row, `${view}.stage`, reader);
      const line = lines.get(key) ?? { name: pipelines > 1 ? `${name} (${String(row[`${view}.pipeline`])})` : name, position: toNumber(row[`${view}.stage_position`]) ?? 99 };
      lines.set(key, view === 'stage_funnel' ? { ...line, funnel: row } : { ...line, visits: row });
    }
  }
  const median = (row: Row | undefined): number | null => toNumber(row?.['stage_visits.median_days']);
  const longest = Math.max(...[...lines.values()].map((line) => median(line.visits) ?? 0), 0) || 1;
  return [...lines].sort(([, one], [, two]) => one.position - two.position).map(([key, line]) => ({
    key, name: line.name,
    reached: formatNumber(line.funnel?.['stage_funnel.count'], reader.tag),
    conversion: formatPercent(line.funnel?.['stage_funnel.conversion_rate'], reader.tag),
    share: toNumber(line.funnel?.['stage_funnel.conversion_rate']) ?? 0,
    median: formatDays(median(line.visits), reader.tag, 1),
    length: (median(line.visits) ?? 0) / longest,
    visits: formatNumber(line.visits?.['stage_visits.count'], reader.tag),
    open: formatNumber(line.visits?.['stage_visits.open_count'], reader.tag),
  }));
}

/** Velocity in words. */
export function velocityText(row: Row | undefined, reader: Reader): string {
  const value = row?.['deals.velocity'];
  return toNumber(value) === null ? MISSING : reader.text('pipeline.stages.perDay', { amount: formatMoney(value, reader.currency, reader.tag, 'compact') });
}

/** Velocity of each group, as a ranking. */
export function velocityPoints(rows: readonly Row[], by: Group, reader: Reader): ChartPoint[] {
  return rows.filter((row) => toNumber(row['deals.velocity']) !== null).map((row, index) => ({
    key: String(row[`deals.${by}_id`] ?? row[`deals.${by}`] ?? index), label: nameIn(row, `deals.${by}`, reader), value: toNumber(row['deals.velocity']) ?? 0, text: velocityText(row, reader), detail: dealsText(row['deals.open_count'], reader),
  }));
}
