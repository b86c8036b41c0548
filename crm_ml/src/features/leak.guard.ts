import { computeMetrics } from '../evaluation/metric.calculator.js';
import { groupOf, quantileCuts } from '../training/quantile.cutter.js';
import { logit } from '../training/logit.math.js';
import type { Column, Frame } from './frame.model.js';

/** A feature that is kept out of the model and the reason, for the model card. */
export interface RefusedFeature { feature: string; reason: 'constant' | 'tells_the_outcome' | 'filled_differently'; detail: string }

/** Above this AUC one feature alone would tell the outcome: no fact known beforehand does that. */
const TELLING_AUC = 0.97;
/** A feature blank this much more often (or less) on open deals than on closed ones was not filled in at the same moment of both. */
const BLANK_GAP = 0.5;

/**
 * Columns that may be learned from: those that vary, do not tell the outcome all by themselves, and are filled for open deals as they were
 * for closed ones. `open` are the rows that will be scored; without them the last test is left out.
 */
export function guardLeaks(closed: Frame, won: Uint8Array, open: Frame | null): { kept: Frame; refused: RefusedFeature[] } {
  const refused: RefusedFeature[] = [];
  const columns = closed.columns.filter((column) => {
    const reason = refusalOf(column, won, open && open.rows > 0 ? open.columns.find((c) => c.name === column.name) ?? null : null);
    if (reason) refused.push(reason);
    return !reason;
  });
  return { kept: { rows: closed.rows, columns }, refused };
}

function refusalOf(column: Column, won: Uint8Array, open: Column | null): RefusedFeature | null {
  const groups = groupsOf(column);
  if (new Set(groups).size < 2) return { feature: column.name, reason: 'constant', detail: 'the same for every closed deal' };
  if (open) {
    const there = blankShare(open), here = blankShare(column);
    if (Math.abs(there - here) > BLANK_GAP) {
      return { feature: column.name, reason: 'filled_differently', detail: `blank on ${percent(there)} of open and ${percent(here)} of closed deals` };
    }
  }
  const auc = aloneAuc(groups, won);
  if (auc > TELLING_AUC) return { feature: column.name, reason: 'tells_the_outcome', detail: `AUC ${auc.toFixed(3)} by itself` };
  return null;
}

function groupsOf(column: Column): Int32Array {
  if (column.kind === 'category') return column.codes;
  const cuts = quantileCuts(column.values, 20);
  return Int32Array.from(column.values, (v) => (Number.isFinite(v) ? groupOf(cuts, v) : -1));
}

/** AUC of the group's win rate, learned on one half of the rows and measured on the other, so that rare levels cannot memorise. */
function aloneAuc(groups: Int32Array, won: Uint8Array): number {
  let sum = 0;
  for (const half of [0, 1]) {
    const counts = new Map<number, { n: number; won: number }>();
    groups.forEach((g, i) => {
      if (i % 2 === half) return;
      const entry = counts.get(g) ?? { n: 0, won: 0 };
      entry.n++;
      entry.won += won[i] as number;
      counts.set(g, entry);
    });
    const rows = Int32Array.from(groups, (_, i) => i).filter((i) => i % 2 === half);
    const scores = Float64Array.from(rows, (i) => {
      const entry = counts.get(groups[i] as number);
      return entry ? logit((entry.won + 0.5) / (entry.n + 1)) : 0;
    });
    sum += computeMetrics(scores, Uint8Array.from(rows, (i) => won[i] as number)).auc ?? 0.5;
  }
  return sum / 2;
}

function blankShare(column: Column): number {
  let blank = 0;
  if (column.kind === 'number') for (const v of column.values) blank += Number.isFinite(v) ? 0 : 1;
  else for (const code of column.codes) blank += code < 0 ? 1 : 0;
  const rows = column.kind === 'number' ? column.values.length : column.codes.length;
  return rows === 0 ? 0 : blank / rows;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
