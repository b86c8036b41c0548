import { takeFrame } from '../features/frame.model.js';
import type { WarehouseReader } from '../features/warehouse.reader.js';
import { readOpenExamples, type WinExamples } from '../features/win.source.js';
import { sigmoid } from '../training/logit.math.js';
import { Scorer } from '../training/scorer.model.js';
import type { ActiveModel } from '../registry/model.registry.js';
import { buildReasons, type Reason } from './reason.builder.js';

/** The score of one open deal. */
export interface DealScore { dealId: string; probability: number; baseProbability: number; reasons: Reason[] }

/** Deals per step: bounds the memory of contributions, and lets the event loop breathe between steps. */
const STEP = 5000;

/** Scores all open deals, or those of the given ids that are open, as they are at `now`; hands them over in steps. */
export async function* scoreOpenDeals(reader: WarehouseReader, model: ActiveModel, now: Date, ids?: readonly string[]): AsyncGenerator<DealScore[]> {
  const examples = await readOpenExamples(reader, now, ids);
  const scorer = Scorer.fromJSON(model.scorer);
  for (let from = 0; from < examples.dealIds.length; from += STEP) {
    yield scoreStep(scorer, examples, from, Math.min(from + STEP, examples.dealIds.length), model.skill === 'low');
    await new Promise((resolve) => { setImmediate(resolve); });
  }
}

function scoreStep(scorer: Scorer, examples: WinExamples, from: number, to: number, lowSkill: boolean): DealScore[] {
  const frame = takeFrame(examples.frame, Int32Array.from({ length: to - from }, (_, i) => from + i));
  const contributions = scorer.contributions(frame);
  const width = contributions.features.length;
  return Array.from({ length: to - from }, (_, i) => {
    let logOdds = contributions.base;
    for (let f = 0; f < width; f++) logOdds += contributions.values[i * width + f] as number;
    return {
      dealId: examples.dealIds[from + i] as string,
      probability: sigmoid(logOdds),
      baseProbability: sigmoid(contributions.base),
      reasons: buildReasons(contributions, frame, i, lowSkill),
    };
  });
}
