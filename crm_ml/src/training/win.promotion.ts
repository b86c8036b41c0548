import { constantLogOdds } from '../evaluation/metric.calculator.js';
import { pairedGain } from '../evaluation/paired.comparison.js';
import { baseRate, takeFrame } from '../features/frame.model.js';
import type { WinExamples } from '../features/win.source.js';
import type { ActiveModel } from '../registry/model.registry.js';
import { Scorer } from './scorer.model.js';
import type { Skill } from './win.trainer.js';

/** Fewer deals closed since the model in use was trained cannot show that it has become worse. */
const MIN_NEW_DEALS = 50;

/** Whether a newly trained model takes over, and why not. */
export interface Promotion { promote: boolean; reason: string | null }

/**
 * A model with skill always takes over: it has seen more. One without takes over only from one that has lost its skill too, shown on
 * deals closed after the older one was trained.
 */
export function decidePromotion(skill: Skill, active: ActiveModel | null, examples: WinExamples, seed: number): Promotion {
  if (skill === 'good' || !active || active.skill === 'low') return { promote: true, reason: null };
  const since = active.dataTo?.getTime() ?? 0;
  const rows = Int32Array.from(examples.won, (_, i) => i).filter((i) => (examples.closedAt[i] as number) > since);
  const deals = new Map<string, number>();
  for (const i of rows) deals.set(examples.dealIds[i] as string, deals.size);
  const keep = (reason: string): Promotion => ({ promote: false, reason: `Not better than the base rate on the newest closed deals; version ${active.version} stays in use: ${reason}.` });
  if (deals.size < MIN_NEW_DEALS) return keep(`only ${deals.size} deals have closed since it was trained`);
  const target = Uint8Array.from(rows, (i) => examples.won[i] as number);
  const codes = new Map([...deals.keys()].map((id, k) => [id, k]));
  const group = Int32Array.from(rows, (i) => codes.get(examples.dealIds[i] as string) ?? 0);
  const scores = Scorer.fromJSON(active.scorer).logOdds(takeFrame(examples.frame, rows));
  const { gain } = pairedGain(scores, constantLogOdds(baseRate(target), target.length), target, group, seed);
  return gain > 0 ? keep('it still beats the base rate on deals closed since') : { promote: true, reason: null };
}
