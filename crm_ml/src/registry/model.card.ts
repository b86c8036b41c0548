import { WIN_FEATURES } from '../features/win.definition.js';
import type { Estimate } from '../evaluation/bootstrap.interval.js';
import { MIN_CLOSED_DEALS, MIN_DEALS_OF_EACH, type NotEnough, type WinModel } from '../training/win.trainer.js';

const figure = ({ value, interval }: Estimate): Record<string, unknown> => ({ value: round(value), interval: interval?.map(round) ?? null });

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(5));
}

/** The figures of a model as the registry keeps them. */
export function modelMetrics(model: WinModel): Record<string, unknown> {
  const { test, summary } = model;
  const figures = (name: 'model' | 'base_rate' | 'stage_default'): Record<string, unknown> => ({
    auc: figure(test[name].auc), log_loss: figure(test[name].log_loss), brier: figure(test[name].brier), ece: figure(test[name].ece), lift: figure(test[name].lift),
  });
  return {
    skill: model.skill,
    n_closed: summary.won + summary.lost, n_won: summary.won, n_lost: summary.lost, n_open: summary.open, n_examples: model.examples,
    base_rate: round(model.base_rate),
    ...figures('model'),
    test: {
      protocol: test.protocol, from: test.from, rows: test.rows, deals: test.deals, base_rate: figures('base_rate'), stage_default: figures('stage_default'),
      gain_over_base: { value: round(test.gain_over_base.gain), interval: test.gain_over_base.interval.map(round) },
      gain_over_stage: { value: round(test.gain_over_stage.gain), interval: test.gain_over_stage.interval.map(round) },
      reliability: test.reliability,
    },
    refused_features: model.refused,
    card: writeCard(model),
  };
}

/** The counts behind a refusal. */
export function shortageMetrics(refusal: NotEnough): Record<string, unknown> {
  const { won, lost, open } = refusal.summary;
  return { n_closed: won + lost, n_won: won, n_lost: lost, n_open: open, min_closed: MIN_CLOSED_DEALS, min_of_each: MIN_DEALS_OF_EACH };
}

/** The model card that the run itself writes, in Markdown. */
export function writeCard(model: WinModel): string {
  const { test } = model;
  const show = (e: Estimate): string => `${round(e.value) ?? '–'}${e.interval ? ` (95 % ${e.interval.map((v) => v.toFixed(3)).join('–')})` : ''}`;
  const refused = model.refused.map((r) => `${r.feature} (${r.reason}: ${r.detail})`).join('; ') || 'none';
  const used = WIN_FEATURES.filter((f) => !model.refused.some((r) => r.feature === f.name)).map((f) => f.name).join(', ');
  return [
    '# Win model',
    `Probability that an open deal will be won. Method: ${model.scorer.name}, Platt-calibrated. Skill: ${model.skill}.`,
    `Learned from ${model.summary.won} won and ${model.summary.lost} lost deals (${model.examples} snapshots while open), ${model.dataFrom.toISOString().slice(0, 10)} to ${model.dataTo.toISOString().slice(0, 10)}.`,
    test.protocol === 'newest_closed'
      ? `Tested on ${test.deals} deals closed since ${test.from?.slice(0, 10) ?? ''}, trained on those closed before.`
      : `Tested on ${test.deals} deals at random, because all closed within too short a time to test forward.`,
    `AUC ${show(test.model.auc)}, Brier ${show(test.model.brier)} against ${show(test.base_rate.brier)} of the base rate, calibration error ${show(test.model.ece)}.`,
    `Features: ${used}.`,
    `Kept out: ${refused}.`,
    'Limits: deals still open are not learned from, so a recent change in the market shows late; amounts of imported closed deals are used only where the history of stages noted them.',
  ].join('\n\n');
}
