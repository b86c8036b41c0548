import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from './random.generator.js';

interface Answer {
  auc: number; auc_interval: [number, number]; brier: number; brier_interval: [number, number]; log_loss: number; log_loss_interval: [number, number];
  ece: number; ece_interval: [number, number]; n: number; base_rate: number; method: string; warnings: string[];
  models: Record<'logistic' | 'boosting' | 'chosen' | 'base_rate', { auc: number; brier: number }>;
  random_split: Answer | null;
  columns_dropped: { name: string; reason: string }[];
  seconds: number;
  error?: { code: string; message: string };
}

const CLI = fileURLToPath(new URL('./evaluate.cli.js', import.meta.url));
// From dist/ of this package to the folder beside the repository.
const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

function evaluate(...options: string[]): { status: number | null; answer: Answer; text: string } {
  const run = spawnSync(process.execPath, [CLI, ...options], { encoding: 'utf8', maxBuffer: 1e8 });
  const lines = run.stdout.trimEnd().split('\n');
  return { status: run.status, answer: JSON.parse(lines[lines.length - 1] ?? '') as Answer, text: run.stdout };
}

describe('npm run ml:evaluate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crm-ml-'));
  const write = (name: string, lines: string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, lines.join('\n'));
    return path;
  };
  let timeout = 0;
  beforeAll(() => {
    timeout = jasmine.DEFAULT_TIMEOUT_INTERVAL;
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 240_000;
  });
  afterAll(() => {
    jasmine.DEFAULT_TIMEOUT_INTERVAL = timeout;
    rmSync(folder, { recursive: true });
  });

  const messy = (rows: number): string[] => {
    const random = createRandom(8);
    return ['Ref,Opened,Team,Price,Visits,Same,Empty,Seen,Customer,Result', ...Array.from({ length: rows }, (_, i) => {
      const price = 100 + random.below(9000), team = ['north', 'süd', 'غرب', ''][random.below(4)] as string;
      const won = random.next() < (price > 4000 ? 0.7 : 0.25);
      return `R-${i},${40_000 + i * 2},${team},"$${price.toLocaleString('en-US')}.00",${random.below(5) ? random.below(60) : 'unknown'},x,,${1 + (i % 28)}/12/2020,c${i % 40},${won ? 'Won' : 'Lost'}`;
    })];
  };

  it('evaluates a messy table by time, with the random split beside it, the same each time', () => {
    const path = write('messy.csv', messy(400));
    const run = evaluate('--csv', path, '--target', 'Result', '--positive', 'won', '--time', 'Opened', '--drop', 'Customer');
    expect(run.status).toBe(0);
    const { answer } = run;
    expect(answer.auc).toBeGreaterThan(0.6);
    expect(answer.random_split?.auc).toBeGreaterThan(0.6);
    expect(answer.method).toContain('oldest 70 % train');
    expect(answer.models.base_rate.auc).toBe(0.5);
    expect(answer.columns_dropped.map((c) => c.reason)).toEqual(['identifier', 'constant', 'blank']);
    for (const name of ['auc', 'brier', 'log_loss', 'ece'] as const) {
      const [low, high] = answer[`${name}_interval`];
      expect(low).withContext(name).toBeLessThanOrEqual(answer[name]);
      expect(high).withContext(name).toBeGreaterThanOrEqual(answer[name]);
    }
    expect(run.text).not.toContain('NaN');
    const again = evaluate('--csv', path, '--target', 'Result', '--positive', 'won', '--time', 'Opened', '--drop', 'Customer').answer;
    expect({ ...again, seconds: 0 }).toEqual({ ...answer, seconds: 0 });
  });

  it('evaluates by group in five times five folds', () => {
    const { status, answer } = evaluate('--csv', write('grouped.csv', messy(200)), '--target', 'Result', '--positive', 'Won', '--group', 'Customer');
    expect(status).toBe(0);
    expect(answer.method).toBe('5 × 5-fold by group');
    expect(answer.n).toBe(200);
    expect(answer.random_split).toBeNull();
  });

  it('refuses with a code, a message and exit status 2', () => {
    const small = write('small.csv', messy(10)), fine = write('fine.csv', messy(100));
    const code = (...options: string[]): string | undefined => {
      const run = evaluate(...options);
      expect(run.status).toBe(2);
      expect(run.answer.error?.message.length).toBeGreaterThan(20);
      return run.answer.error?.code;
    };
    expect(code('--csv', small, '--target', 'Result', '--positive', 'Won')).toBe('too_few_rows');
    expect(code('--csv', fine, '--target', 'Result', '--positive', 'Gone')).toBe('unknown_positive');
    expect(code('--csv', fine, '--target', 'Nope', '--positive', 'Won')).toBe('unknown_column');
    expect(code('--csv', fine, '--target', 'Result', '--positive', 'Won', '--time', 'Same')).toBe('too_few_rows');
    expect(code('--csv', fine, '--target', 'Result')).toBe('bad_arguments');
    expect(code('--what')).toBe('bad_arguments');
    expect(code('--csv', fine, '--target', 'Result', '--positive', 'Won', '--seed', 'x')).toBe('bad_arguments');
    const late = write('late.csv', ['t,x,y', ...Array.from({ length: 100 }, (_, i) => `${i},${(i * 7) % 13},${i < 30 && i % 2 ? 1 : 0}`)]);
    expect(code('--csv', late, '--target', 'y', '--positive', '1', '--time', 't')).toBe('one_class');
  });

  it('reaches the known quality on real churn data', () => {
    const csv = join(SHARED, 'churn/telco_churn.csv');
    if (!existsSync(csv)) return pending('SKIPPED: ../shared/data is missing');
    const { answer } = evaluate('--csv', csv, '--target', 'Churn', '--positive', 'Yes');
    expect(answer.auc).toBeGreaterThanOrEqual(0.845);
    expect(answer.auc).withContext('above this a leak is likely').toBeLessThan(0.855);
    expect(answer.brier).toBeLessThanOrEqual(0.136);
    expect(answer.ece).toBeLessThanOrEqual(0.02);
  });

  it('reaches the known quality on real deals, by time', () => {
    const csv = join(SHARED, 'win/it_win_prediction.csv');
    if (!existsSync(csv)) return pending('SKIPPED: ../shared/data is missing');
    const { answer } = evaluate('--csv', csv, '--target', 'Deal Status Code', '--positive', 'Won', '--time', 'Deal Date');
    expect(answer.auc).toBeGreaterThanOrEqual(0.68);
    expect(answer.auc).withContext('above this a leak is likely').toBeLessThan(0.74);
    expect(answer.brier).toBeLessThanOrEqual(0.22);
    expect(answer.ece).toBeLessThanOrEqual(0.05);
    expect(answer.random_split?.auc).toBeGreaterThan(answer.auc);
  });
});
