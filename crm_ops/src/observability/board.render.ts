/** A panel of a Grafana dashboard: what is asked and how its lines are named. */
export interface Panel {
  readonly title: string;
  /** Grafana's name of the unit: `ms`, `s`, `bytes`, `short`, `percentunit`, `reqps`. */
  readonly unit: string;
  /** Expression and legend of each line. */
  readonly lines: readonly (readonly [expression: string, legend: string])[];
  /** A bound that is promised: drawn as a line. */
  readonly bound?: number;
}

/** A dashboard. */
export interface Board {
  /** Name of the file and end of the uid. */
  readonly key: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const columns = 3;
const width = 8;
const height = 8;

/** The dashboard as Grafana imports it (schema 39), three panels in a row. */
export function renderBoard({ key, title, panels }: Board): string {
  const board = {
    uid: key.replaceAll('_', '-'), title, tags: ['crm'], timezone: 'utc', schemaVersion: 39, refresh: '10s', time: { from: 'now-1h', to: 'now' },
    templating: { list: [{ name: 'source', type: 'datasource', query: 'prometheus', label: 'Source' }] },
    panels: panels.map((panel, index) => ({
      id: index + 1, title: panel.title, type: 'timeseries', datasource: { type: 'prometheus', uid: '${source}' },
      gridPos: { h: height, w: width, x: (index % columns) * width, y: Math.floor(index / columns) * height },
      fieldConfig: {
        defaults: {
          unit: panel.unit, min: 0,
          ...(panel.bound === undefined ? {} : { custom: { thresholdsStyle: { mode: 'line' } }, thresholds: { mode: 'absolute', steps: [{ color: 'green', value: null }, { color: 'red', value: panel.bound }] } }),
        },
        overrides: [],
      },
      options: { legend: { showLegend: true, displayMode: 'list', placement: 'bottom' } },
      targets: panel.lines.map(([expr, legendFormat], line) => ({ refId: String.fromCharCode(65 + line), expr, legendFormat })),
    })),
  };
  return `${JSON.stringify(board, null, 1)}\n`;
}
