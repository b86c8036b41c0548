import { approximate, exact, exactText } from '@shared/format/exact';
import { betterWay } from '../../home/measure.write';
import { AnsweredValue } from '@core/reports/report.model';

/** What a number has changed by against the period before. */
export interface ReportChange {
  /** Exact, as decimal text. */
  readonly amount: string;
  /** As a share of what it was; null where that was nothing. */
  readonly share: number | null;
  readonly direction: 'up' | 'down' | 'same';
  /** Null for calculations, of which nobody has said which way is good. */
  readonly meaning: 'better' | 'worse' | 'same' | null;
}

/** The change between two exact numbers; null where one of them is missing. */
export function changeBetween(now: string | null, before: string | null, { measure }: Pick<AnsweredValue, 'measure'>): ReportChange | null {
  if (now === null || before === null) return null;
  const [is, was] = [exact(now), exact(before)];
  const gap = is - was;
  const direction = gap === 0n ? 'same' : gap > 0n ? 'up' : 'down';
  const good = measure === null ? null : betterWay(measure);
  return {
    amount: exactText(gap), direction,
    share: was === 0n ? null : approximate(gap) / Math.abs(approximate(was)),
    meaning: direction === 'same' ? 'same' : good === null ? null : direction === good ? 'better' : 'worse',
  };
}
