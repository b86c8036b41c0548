import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { METRICS } from 'crm_cdc';
import { prometheusNames, type MetricDefinition } from 'crm_telemetry';
import { parse } from 'yaml';
import { ROOT } from '../config.js';

interface Rule { alert: string; expr: string; for: string; labels: { severity: string }; annotations: { summary: string; description: string; runbook: string } }

const folder = path.join(ROOT, 'crm_ops');
const rules = (parse(readFileSync(path.join(folder, 'observability/alerts/crm_cdc.rules.yml'), 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const metrics: readonly MetricDefinition[] = Object.values(METRICS);
const declared = new Set(metrics.flatMap(prometheusNames));

/** Names of our metrics in an expression. */
function named(expression: string): string[] {
  return expression.match(/crm_[a-z_]+/g) ?? [];
}

/** Labels that an expression asks of a metric. */
function asked(expression: string): { metric: string; labels: string[] }[] {
  return [...expression.matchAll(/(crm_[a-z_]+)\{([^}]*)\}/g)].map(([, metric = '', inner = '']) => ({ metric, labels: [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map((match) => match[1] ?? '') }));
}

describe('alerts, runbooks and dashboards of the stream', () => {
  it('name only metrics that are declared, with their labels', () => {
    expect(rules.length).toBeGreaterThan(10);
    for (const { alert, expr } of rules) {
      expect(named(expr).length).withContext(alert).toBeGreaterThan(0);
      for (const name of named(expr)) expect(declared.has(name)).withContext(`${alert}: ${name}`).toBeTrue();
      for (const { metric, labels } of asked(expr)) {
        const definition = metrics.find((each) => prometheusNames(each).includes(metric));
        for (const label of labels) expect(definition?.labels ?? []).withContext(`${alert}: ${metric}`).toContain(label);
      }
    }
  });

  it('are whole: brackets, duration, severity, words for a person', () => {
    for (const { alert, expr, for: lasting, labels, annotations } of rules) {
      for (const [open, close] of ['()', '{}', '[]'] as const) expect(expr.split(open ?? '').length).withContext(`${alert}: ${expr}`).toBe(expr.split(close ?? '').length);
      expect(lasting).withContext(alert).toMatch(/^\d+[smh]$/);
      expect(['warning', 'critical']).withContext(alert).toContain(labels.severity);
      expect(annotations.summary.length * annotations.description.length).withContext(alert).toBeGreaterThan(100);
    }
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it('lead to a page that says meaning, sight, cure and end', () => {
    const linked = new Set(rules.map(({ annotations }) => annotations.runbook));
    for (const page of linked) {
      expect(existsSync(path.join(ROOT, page))).withContext(page).toBeTrue();
      const text = readFileSync(path.join(ROOT, page), 'utf8');
      for (const part of ['**Meaning.**', '**See it.**', '**Cure.**', '**Over**']) expect(text).withContext(page).toContain(part);
      for (const name of text.match(/crm_cdc_[a-z_]+[a-z]/g) ?? []) {
        const known = [...declared].some((metric) => metric === name || metric.startsWith(name));
        expect(known).withContext(`${page}: ${name}`).toBeTrue();
      }
      for (const [, target = ''] of text.matchAll(/\]\((\w+\.md)\)/g)) expect(existsSync(path.join(folder, 'runbooks', target))).withContext(`${page}: ${target}`).toBeTrue();
    }
    const pages = readdirSync(path.join(folder, 'runbooks')).filter((name) => name !== 'README.md').map((name) => `crm_ops/runbooks/${name}`);
    expect(pages.filter((page) => page.includes('/stream_') || linked.has(page)).sort()).toEqual([...linked].sort());
  });

  it('are drawn from declared metrics', () => {
    const board = JSON.parse(readFileSync(path.join(folder, 'observability/dashboards/crm_cdc.json'), 'utf8')) as { panels: { title: string; targets: { expr: string }[] }[] };
    for (const { title, targets } of board.panels) for (const { expr } of targets) for (const name of named(expr)) expect(declared.has(name)).withContext(`${title}: ${name}`).toBeTrue();
  });
});
