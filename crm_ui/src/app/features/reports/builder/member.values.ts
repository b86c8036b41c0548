import { inject, Injectable } from '@angular/core';
import { Query } from '@cubejs-client/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { isAny, isSaid } from '../definition/definition.model';
import { folded } from './catalogue.model';
import { memberValue } from './definition.words';
import { ReportBuilder } from './report.builder';

/** A value to choose and what the reader calls it. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

const MOST = 200;

/** The values that members have, as the reader may see them. */
@Injectable()
export class MemberValues {
  private readonly analytics = inject(AnalyticsClient);
  private readonly builder = inject(ReportBuilder);

  /** Values of a member whose text contains what was typed: its choices where it has some, else what the warehouse has; at most 200. */
  async of(member: string, typed: string): Promise<readonly Choice[]> {
    const words = this.builder.words();
    const meaning = words.meanings.get(member);
    const named = (value: string): Choice => ({ value, label: memberValue(member, value, words) });
    const fits = ({ value, label }: Choice): boolean => folded(`${label} ${value}`).includes(folded(typed.trim()));
    if (meaning?.type === 'boolean') return ['true', 'false'].map(named);
    if (meaning?.choices) return meaning.choices.map(({ value }) => named(value)).filter(fits);
    const arabic = `${member}_ar`;
    const dimensions = words.arabic && words.meanings.has(arabic) ? [member, arabic] : [member];
    const { rows } = await this.analytics.load({ dimensions, filters: [...this.asked(), { member, operator: 'set' }] as Query['filters'], order: { [member]: 'asc' }, limit: typed.trim() === '' ? MOST : 5000 });
    const found = new Map(rows.map((row): [string, Choice] => {
      const value = String(row[member]);
      const own = row[arabic];
      return [value, typeof own === 'string' && own !== '' && dimensions.length > 1 ? { value, label: own } : named(value)];
    }));
    return [...found.values()].filter(fits).slice(0, MOST);
  }

  /** What a view must be told with every question. */
  private asked(): NonNullable<Query['filters']> {
    const { meanings } = this.builder.words();
    return this.builder.definition().filters.flatMap((one) => (!isAny(one) && isSaid(one) && meanings.get(one.member)?.asked ? [{ member: one.member, operator: 'equals', values: [...(one.values ?? [])] }] : [])) as NonNullable<Query['filters']>;
  }
}
