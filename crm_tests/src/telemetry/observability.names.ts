import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

/** A metric that an expression asks for, with the labels that it compares. */
export interface Selector {
  readonly metric: string;
  /** Label, operator and value of each comparison. */
  readonly matchers: readonly (readonly [label: string, operator: string, value: string])[];
}

/** An expression of PromQL and where it stands. */
export interface Expression {
  readonly where: string;
  readonly text: string;
}

/** What the rules record under which name. */
export interface Observability {
  readonly expressions: readonly Expression[];
  readonly recorded: ReadonlySet<string>;
}

interface RuleFile { readonly groups: readonly { readonly rules: readonly { readonly alert?: string; readonly record?: string; readonly expr: string }[] }[] }
interface BoardFile { readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[] }

/** Reads all dashboards and rules of a folder. */
export function readObservability(folder: string): Observability {
  const files = (kind: string, end: string): string[] => readdirSync(path.join(folder, kind)).filter((name) => name.endsWith(end)).map((name) => path.join(folder, kind, name));
  const rules = files('alerts', '.rules.yml').flatMap((file) => (parse(readFileSync(file, 'utf8')) as RuleFile).groups.flatMap((group) => group.rules));
  const panels = files('dashboards', '.json').flatMap((file) => (JSON.parse(readFileSync(file, 'utf8')) as BoardFile).panels.map((panel) => ({ ...panel, title: `${path.basename(file)}: ${panel.title}` })));
  return {
    expressions: [...rules.map((rule) => ({ where: rule.alert ?? rule.record ?? '', text: rule.expr })), ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, text: expr })))],
    recorded: new Set(rules.flatMap(({ record }) => (record === undefined ? [] : [record]))),
  };
}

/** The selectors of an expression, by Prometheus' own grammar; throws where it is none. */
export function selectorsOf({ where, text }: Expression): Selector[] {
  const found: { metric: string; matchers: [string, string, string][] }[] = [];
  const at = ({ from, to }: { readonly from: number; readonly to: number }): string => text.slice(from, to);
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`${where}: not PromQL at "${text.slice(node.from, node.from + 30)}" of ${text}`);
      const last = found.at(-1);
      if (node.name === 'VectorSelector') found.push({ metric: '', matchers: [] });
      // Only the name in front of a selector is its metric; those in a grouping are labels.
      else if (node.name === 'Identifier' && last?.metric === '' && node.node.parent?.name === 'VectorSelector') last.metric = at(node);
      else if (node.name === 'UnquotedLabelMatcher') last?.matchers.push([...(/^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(at(node)) ?? ['', '', '', '']).slice(1)] as [string, string, string]);
    },
  });
  return found;
}

/** The labels by which an expression groups. */
export function groupingsOf({ text }: Expression): string[] {
  return [...text.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inner = '']) => inner.split(',').map((label) => label.trim()));
}

/** The series of a Prometheus text: name and labels. Throws where a line is no line of the format. */
export function parseMetrics(text: string): { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const parts = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (NaN|[+-]Inf|-?[\d.]+(?:e[+-]?\d+)?)$/.exec(line);
    if (parts === null) throw new Error(`Not a line of Prometheus' format: ${line}`);
    const labels = Object.fromEntries([...(parts[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [label, value]));
    return { name: parts[1] ?? '', labels, value: Number((parts[3] ?? '').replace('Inf', 'Infinity')) };
  });
}
