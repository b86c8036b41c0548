import type { PreparedTable } from '../features/table.dataset.js';
import type { Estimate, MetricEstimates } from './bootstrap.interval.js';
import { CANDIDATES, type Measurement } from './table.evaluator.js';

const round = (value: number): number => Number(value.toFixed(5));

function show(estimate: Estimate): string {
  if (estimate.value === null) return '–';
  return estimate.interval ? `${estimate.value.toFixed(4)} [${estimate.interval.map((v) => v.toFixed(4)).join(', ')}]` : estimate.value.toFixed(4);
}

/** The report that people read. */
export function writeReport(prepared: PreparedTable, main: Measurement, random: Measurement | null, seconds: number): string {
  const lines = ['', 'Columns'];
  for (const profile of prepared.profiles) {
    const what = profile.columns.length === 0 ? `left out (${profile.role.replace('_', ' ')})` : profile.role;
    lines.push(`  ${profile.name || '(no name)'}: ${what}, ${profile.distinct} values, ${profile.missing} blank${profile.note ? ` – ${profile.note}` : ''}`);
  }
  for (const warning of prepared.warnings) lines.push(`! ${warning}`);
  for (const measurement of random ? [main, random] : [main]) lines.push('', ...writeMeasurement(measurement));
  lines.push('', 'Reliability of the chosen model (predicted → observed)');
  for (const bin of main.reliability) lines.push(`  ${bin.predicted.toFixed(3)} → ${bin.observed.toFixed(3)}   n = ${bin.n}`);
  lines.push('', `${seconds.toFixed(1)} s`, '');
  return lines.join('\n');
}

function writeMeasurement(m: Measurement): string[] {
  const names = [...CANDIDATES, 'base_rate'] as const;
  const choices = Object.entries(m.choices).map(([name, n]) => `${name} ${n}×`).join(', ');
  return [
    `${m.method}: ${m.rows} rows, ${m.tested} tested, ${(m.base_rate * 100).toFixed(2)} % positive; chosen inside training: ${choices}`,
    `  ${'model'.padEnd(10)} ${['AUC', 'Brier', 'log-loss', 'ECE', 'lift'].map((h) => h.padEnd(25)).join(' ')}`,
    ...names.map((name) => {
      const e = m.models[name];
      return `  ${name.padEnd(10)} ${[e.auc, e.brier, e.log_loss, e.ece, e.lift].map((x) => show(x).padEnd(25)).join(' ')}`;
    }),
  ];
}

function figures(estimates: MetricEstimates): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const name of ['auc', 'brier', 'log_loss', 'ece', 'lift'] as const) {
    const { value, interval } = estimates[name];
    out[name] = value === null ? null : round(value);
    out[`${name}_interval`] = interval ? interval.map(round) : null;
  }
  return out;
}

function summary(m: Measurement): Record<string, unknown> {
  return {
    method: m.method, protocol: m.protocol, n: m.rows, n_test: m.tested, base_rate: round(m.base_rate), choices: m.choices,
    models: Object.fromEntries([...CANDIDATES, 'base_rate' as const].map((name) => [name, figures(m.models[name])])),
  };
}

/** The last line for programs: figures of the chosen model on top, each candidate below, the random split beside a split by time. */
export function writeJson(prepared: PreparedTable, main: Measurement, random: Measurement | null, seconds: number, seed: number): string {
  return JSON.stringify({
    ...figures(main.models.chosen),
    ...summary(main),
    random_split: random ? { ...figures(random.models.chosen), ...summary(random) } : null,
    columns_used: prepared.data.frame.columns.map((c) => c.name),
    columns_dropped: prepared.profiles.filter((p) => p.columns.length === 0).map((p) => ({ name: p.name, reason: p.role })),
    warnings: prepared.warnings,
    seed, seconds: Number(seconds.toFixed(1)),
  });
}
