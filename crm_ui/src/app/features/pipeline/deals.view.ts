import { Row } from '@core/analytics/analytics.client';
import { formatDate, formatMoney } from '@core/format/format';
import { approximate, Exact, sameCent, sumExact } from '@shared/format/exact';
import { change } from './pipeline.members';
import { isolated, nameIn, Reader } from '@shared/format/reader';

/** One deal behind a bar or a cell. */
export interface DealRow {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly account: string;
  readonly from: string;
  readonly to: string;
  /** The stage, or the way from one to another. */
  readonly stages: string;
  readonly close: string;
  /** What it adds to the bar. */
  readonly part: string;
}

const known = (value: unknown): boolean => value !== null && value !== undefined && value !== '';

/** The way from one stage to another. */
export const wayText = (from: string, to: string, { text }: Pick<Reader, 'text'>): string => text('pipeline.deals.way', { from: isolated(from), to: isolated(to) });

/** The stage of a deal at both instants; one word where it did not move or was not there at one of them. */
export function stagesText(row: Row, reader: Reader): string {
  const [from, to] = [change('from_stage'), change('to_stage')].map((member) => (known(row[member]) ? nameIn(row, member, reader) : null));
  if (!from || !to || from === to) return to ?? from ?? '';
  return wayText(from, to, reader);
}

/** The deals with what they come to. */
export interface DealRows {
  readonly rows: readonly DealRow[];
  readonly sum: string;
  /** Whether the sum of all rows is the bar, to the cent. */
  readonly equal: boolean;
}

/** Writes the rows behind a bar and adds them up; `measures` are the bar's members, `bar` what the chart shows for it. */
export function dealRows(rows: readonly Row[], measures: readonly string[], bar: Exact, reader: Reader): DealRows {
  const money = (value: unknown): string => formatMoney(value, reader.currency, reader.tag);
  const part = (row: Row): Exact => sumExact(measures.map((measure) => row[measure]));
  const sum = rows.reduce<Exact>((all, row) => all + part(row), 0n);
  return {
    rows: rows.map((row) => ({
      id: String(row[change('id')]),
      name: String(row[change('name')] ?? ''),
      owner: nameIn(row, change('owner'), reader),
      account: nameIn(row, change('account'), reader),
      from: money(row[change('from_amount')]),
      to: money(row[change('to_amount')]),
      stages: stagesText(row, reader),
      close: formatDate(row[change('to_close_date')] ?? row[change('from_close_date')], reader.tag),
      part: money(approximate(part(row))),
    })),
    sum: money(approximate(sum)),
    equal: sameCent(sum, bar),
  };
}
