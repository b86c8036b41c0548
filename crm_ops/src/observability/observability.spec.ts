import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { ROOT } from '../config.js';
import { observabilityFiles } from './observability.files.js';

interface Rule { readonly alert?: string; readonly record?: string; readonly expr: string; readonly for?: string; readonly labels: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }

const folder = path.join(ROOT, 'crm_ops/observability');
const rulesFile = path.join(folder, 'alerts/crm_api.rules.yml');
const rules = (parse(readFileSync(rulesFile, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const promtool = (args: readonly string[]): { readonly status: number | null; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};
const installed = spawnSync('promtool', ['--version']).status === 0;

describe('dashboards and rules from code', () => {
  it('are written as the code has them: npm run observability', () => {
    for (const [name, text] of observabilityFiles()) expect(readFileSync(path.join(folder, name), 'utf8')).withContext(name).toBe(text);
  });

  it('watch each promise over each window, and lead to a page', () => {
    const slos = [...new Set(rules.flatMap(({ record, labels }) => (record === undefined ? [] : [labels['slo'] ?? ''])))];
    expect(slos).toEqual(['read_latency', 'write_latency', 'availability', 'freshness']);
    for (const window of ['5m', '30m', '1h', '2h', '6h', '1d', '3d']) expect(rules.filter(({ record }) => record === `crm:slo_burn:rate${window}`).length).withContext(window).toBe(slos.length);
    const alerts = rules.filter(({ alert }) => alert !== undefined);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, for: lasting, labels, annotations } of alerts) {
      expect(lasting).withContext(alert ?? '').toMatch(/^\d+[smh]$/);
      expect(['warning', 'critical']).toContain(labels['severity'] ?? '');
      const page = path.join(ROOT, annotations?.['runbook'] ?? '');
      expect(existsSync(page)).withContext(page).toBeTrue();
      for (const part of ['**Meaning.**', '**See it.**', '**Cure.**', '**Over**']) expect(readFileSync(page, 'utf8')).withContext(page).toContain(part);
    }
  });

  // Where Prometheus' own tool is installed, it has the last word; the grammar is checked everywhere (crm_tests).
  if (installed) {
    it('ring by day and night only when a promise is in danger (promtool)', () => {
      expect(promtool(['check', 'rules', rulesFile]).output).toContain('SUCCESS');
      const dir = mkdtempSync(path.join(tmpdir(), 'crm-rules-'));
      try {
        const series = (kind: string, all: number, fast: number): object[] => [
          { series: `crm_api_request_duration_count{kind="${kind}",status_class="2xx"}`, values: `0+${all}x600` },
          { series: `crm_api_request_duration_bucket{kind="${kind}",status_class="2xx",le="${kind === 'read' ? 300 : 600}"}`, values: `0+${fast}x600` },
        ];
        const fast = 'CrmSloBurnsFast';
        const expected = (slo: string): object => ({ exp_labels: { severity: 'critical', slo } });
        const test = (name: string, input: object[], alerts: object[]): object => ({ name, interval: '1m', input_series: input, alert_rule_test: [{ eval_time: '9h', alertname: fast, exp_alerts: alerts }] });
        const file = path.join(dir, 'spec.yml');
        const cases = [
          // Of 100 reads a minute 90 are late: 0.9 / 0.05 = 18 times what is allowed. Writes are fine.
          test('late reads', [...series('read', 100, 10), ...series('write', 100, 99)], [expected('read_latency')]),
          // A fifth is late: 4 times, which is for working hours.
          test('somewhat late reads', series('read', 100, 80), []),
          // 2 % of answers fail: 20 times what is allowed.
          test('failures', [...series('read', 980, 980), { series: 'crm_api_request_duration_count{kind="read",status_class="5xx"}', values: '0+20x600' }], [expected('availability')]),
          test('nothing asked', series('read', 0, 0), []),
        ];
        // Words of people are not compared: promtool has no way to leave them out but to have none.
        const silent = (parse(readFileSync(rulesFile, 'utf8')) as { groups: { rules: { annotations?: object }[] }[] });
        for (const group of silent.groups) for (const rule of group.rules) delete rule.annotations;
        writeFileSync(path.join(dir, 'rules.yml'), stringify(silent));
        writeFileSync(file, stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests: cases }));
        const { status, output } = promtool(['test', 'rules', file]);
        expect(status).withContext(output).toBe(0);
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    });
  }
});
