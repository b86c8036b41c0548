import { scaleOf } from '@shared/chart/chart.scale';
import { stackedLines } from '@shared/chart/line-chart.component';
import { ReportReader } from '../node.words';
import { answerOf, definitionOf, MadeSplit, QUARTERS, REGIONS, SOURCES, SPLITS } from '../testing/report.fixture';
import { barPoints, chartLines, funnelPoints, stepPoints, tableOf, waterfallSteps } from './chart.points';
import { heatLines, heatMove } from './heat.cells';
import { placedTiles, regionKey } from './region.tiles';
import { chartOf, leavesOf } from './report.series';

const reader: ReportReader = { tag: 'en', arabic: false, currency: 'USD', fiscalStart: 1, text: (key, values) => (values ? `${key} ${Object.values(values).join()}` : key) };
const money = [['won', 'money']] as const;
const rows = SPLITS.rows.slice(0, 1);
const shaped = (shape: string, more: object = {}) => definitionOf({ rows, show: { shape: shape as 'bar' }, ...more });
const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

describe('a chart of an answer', () => {
  it('draws leaves only, by columns or by values of one unit', () => {
    const answer = answerOf([REGIONS, SOURCES], [QUARTERS], [...money, ['deals', 'count']], (row, column) => (row === 3 ? null : `${row}${column}`));
    expect(leavesOf(answer.rows)).toEqual([2, 3, 5, 6]);
    const model = chartOf(answer, definitionOf({ ...SPLITS, show: { shape: 'bar' } }), reader);
    expect([model.series.map(({ label }) => label), model.left]).toEqual([['Q1 2026', 'Q2 2026'], 'oneValue']);
    expect(barPoints(model).map(({ label, bars }) => [label, ...(bars ?? []).map(({ text }) => text)])).toEqual([['Gulf · Web', '$21', '$22'], ['Gulf · Referral', '–', '–'], ['Europe · Web', '$51', '$52'], ['Europe · Referral', '$61', '$62']]);
    expect(chartLines(model)[0]?.values).toEqual([21, null, 51, 61]);
    expect(plain(stepPoints(model)[0]?.text ?? '')).toBe('Q1 2026 $21 · Q2 2026 $22');
    const values = chartOf(answerOf([REGIONS], [], [...money, ['deals', 'count'], ['lost', 'money']], (row) => String(row)), shaped('bar'), reader);
    expect([values.series.map(({ key }) => key), values.left]).toEqual([['won', 'lost'], 'units']);
    expect(tableOf(values).lines).toEqual([{ key: '1', name: 'Gulf', cells: ['$1', '$1'] }, { key: '2', name: 'Europe', cells: ['$2', '$2'] }]);
    // An answer of columns only has them along its axis.
    const turned = chartOf(answerOf([], [QUARTERS], money, (_, column) => String(column)), definitionOf({ columns: SPLITS.columns, show: { shape: 'bar' } }), reader);
    expect(turned.categories.map((category) => [category.label, turned.at(category, turned.series[0] ?? (null as never)).cell.column])).toEqual([['Q1 2026', 1], ['Q2 2026', 2]]);
  });

  it('lets time run in its order under a line, and says how many points there are', () => {
    const back: MadeSplit = { ...QUARTERS, values: [...QUARTERS.values].reverse() };
    const order = (shape: string): string[] => chartOf(answerOf([back], [], money, () => '1'), definitionOf({ rows: SPLITS.columns, show: { shape: shape as 'line' } }), reader).categories.map(({ label }) => label);
    expect([order('line'), order('bar')]).toEqual([['Q1 2026', 'Q2 2026'], ['Q2 2026', 'Q1 2026']]);
    const many = chartOf(answerOf([{ member: 'deals.rep', values: Array.from({ length: 45 }, (_, index) => `R${index}`) }], [], money, () => '1'), shaped('hbar'), reader);
    expect([many.categories.length, many.total.categories]).toEqual([30, 45]);
  });

  it('tells the shares of a funnel', () => {
    const counts = ['0', '200', '100', '50'];
    const model = chartOf(answerOf([{ member: 'deals.stage', values: ['Lead', 'Offer', 'Won'] }], [], [['deals', 'count']], (row) => counts[row] ?? null), shaped('funnel'), reader);
    expect(funnelPoints(model, reader).map(({ text, detail }) => [text, detail])).toEqual([['200', undefined], ['100', 'report.funnel.step 50%'], ['50', 'report.funnel.step 50% · report.funnel.first 25%']]);
  });

  it('goes from nothing or from before to the total exactly, and shows what its bars do not explain', () => {
    const amounts = ['0.30', '0.10', '0.15'];
    const steps = waterfallSteps(chartOf(answerOf([REGIONS], [], money, (row) => amounts[row] ?? null), shaped('waterfall'), reader), reader);
    expect(steps.map(({ key, full, total }) => [key, full, total])).toEqual([['1', '+$0.10', false], ['2', '+$0.15', false], ['rest', '+$0.05', false], ['total', '$0.30', true]]);
    const compared = waterfallSteps(chartOf(answerOf([REGIONS], [], money, (row) => ['30', '10', '20'][row] ?? null, (row) => ['25', '15', '10'][row] ?? null), shaped('waterfall'), reader), reader);
    expect(compared.map(({ key, value, total }) => [key, value, total])).toEqual([['before', 25, true], ['1', -5, false], ['2', 10, false], ['total', 30, true]]);
  });

  it('masks what has not come yet in a cohort, and nothing else', () => {
    const since: MadeSplit = { member: 'retention.months_since', values: [0, 1, 2] };
    const cells: Record<string, string> = { '1.1': '1', '1.2': '0.5', '1.3': '0.25', '2.1': '1', '2.2': '0.4' };
    const answer = answerOf([QUARTERS], [since], [['rate', 'ratio']], (row, column) => (row === 1 && column === 2 ? null : (cells[`${row}.${column}`] ?? null)));
    const grid = (shape: string) => heatLines(chartOf(answer, definitionOf({ rows: SPLITS.columns, columns: [{ member: since.member }], show: { shape: shape as 'cohort' } }), reader), shape === 'cohort', reader);
    expect(grid('cohort').map(({ cells: line }) => line.map(({ state }) => state))).toEqual([['known', 'none', 'known'], ['known', 'known', 'future']]);
    expect(grid('heatmap')[1]?.cells[2]?.state).toBe('none');
    expect([grid('cohort')[0]?.cells[2]?.heat, grid('cohort')[0]?.cells[2]?.words]).toEqual([0.25, 'Q1 2026, 2: 25.0%']);
    expect([heatMove({ line: 0, column: 1 }, { lines: 2, columns: 3 }, 'ArrowLeft', true), heatMove({ line: 1, column: 1 }, { lines: 2, columns: 3 }, 'ArrowDown', false), heatMove({ line: 0, column: 0 }, { lines: 1, columns: 1 }, 'x', false)]).toEqual([{ line: 0, column: 2 }, { line: 1, column: 1 }, null]);
  });

  it('scales to round numbers with zero on them, stacks lines, and closes the map around its regions', () => {
    expect([scaleOf([3, 97], 4), scaleOf([977], 4), scaleOf([-30, 70], 4), scaleOf([], 4)]).toEqual([{ low: 0, high: 100 }, { low: 0, high: 1000 }, { low: -30, high: 90 }, { low: 0, high: 1 }]);
    expect(stackedLines([{ label: 'a', values: [1, null] }, { label: 'b', values: [2, 3] }]).map(({ values }) => values)).toEqual([[1, 0], [3, 3]]);
    expect([...placedTiles(['gulf', 'europe', 'mars'])].map(([key, { column, row }]) => [key, column, row])).toEqual([['gulf', 2, 2], ['europe', 1, 1]]);
    expect(regionKey('North America')).toBe('north_america');
  });
});
