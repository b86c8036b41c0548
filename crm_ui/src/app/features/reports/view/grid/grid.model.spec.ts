import { ReportReader } from '../node.words';
import { localRank, sortableHere } from '../local.sort';
import { answerOf, definitionOf, QUARTERS, REGIONS, SOURCES, SPLITS } from '../testing/report.fixture';
import { GridModel, GridState } from './grid.model';
import { areaOf, moved, tsvOf } from './grid.moves';
import { groupKey } from './grid.tree';
import { broughtIn, columnAt, columnsInSight, linesInSight } from './grid.window';

const reader: ReportReader = { tag: 'en', arabic: false, currency: 'USD', fiscalStart: 1, text: (key, values) => (values ? `${key} ${Object.values(values).join()}` : key) };
const state: GridState = { foldedRows: new Set(), foldedColumns: new Set(), rank: null, narrow: false };
const sums = answerOf([REGIONS, SOURCES], [QUARTERS], [['won', 'money'], ['deals', 'count']], (row, column, key) => (row === 3 && column === 1 ? null : key === 'won' ? `${row}${column}.50` : `${row}${column}`));
const pivot = definitionOf({ ...SPLITS, values: [{ key: 'won', measure: 'deals.won_amount' }, { key: 'deals', measure: 'deals.won_count' }] });
const namesOf = (model: GridModel): string[] => model.lines.map((_, line) => model.namesOf(line, -1).filter(({ again }) => !again).map(({ text }) => text.replace(/[\u2068\u2069]/g, '')).join('|'));
const headsOf = (model: GridModel, row: number): string[] => model.heads.filter((head) => head.row === row).map((head) => `${model.headText(head).replace(/[\u2068\u2069]/g, '')} ${head.start}-${head.end}x${head.span}`);

describe('the layout of a report', () => {
  it('has groups before their parts, totals behind them, and the total of all last', () => {
    const model = new GridModel(sums, pivot, reader, state);
    expect(namesOf(model)).toEqual(['Gulf|Web', 'Referral', 'report.totalOf Gulf', 'Europe|Web', 'Referral', 'report.totalOf Europe', 'report.total']);
    expect(model.lines.map((_, line) => model.number(line, 0).text)).toEqual(['$21.50', '–', '$11.50', '$51.50', '$61.50', '$41.50', '$1.50']);
    // The last column is the total of all columns.
    expect([model.number(0, 4).text, model.number(0, 5).text, model.number(6, 5).text]).toEqual(['$20.50', '20', '0']);
    expect(headsOf(model, 0)).toEqual(['Q1 2026 0-2x1', 'Q2 2026 2-4x1', 'report.total 4-6x1']);
    expect(headsOf(model, 1)).toEqual(['Value won 0-1x1', 'Value deals 1-2x1', 'Value won 2-3x1', 'Value deals 3-4x1', 'Value won 4-5x1', 'Value deals 5-6x1']);
  });

  it('leaves totals out where they are not wanted, and folds groups into one line with their total', () => {
    const bare = new GridModel(sums, { ...pivot, totals: { rows: false, columns: false } }, reader, state);
    expect(namesOf(bare)).toEqual(['Gulf|Web', 'Referral', 'Europe|Web', 'Referral']);
    expect(bare.columns.map(({ column }) => column)).toEqual([1, 1, 2, 2]);
    const folded = new GridModel(sums, pivot, reader, { ...state, foldedRows: new Set([groupKey(bare.rows, 1)]) });
    expect(namesOf(folded)).toEqual(['Gulf', 'Europe|Web', 'Referral', 'report.totalOf Europe', 'report.total']);
    expect([folded.number(0, 0).text, folded.namesOf(0, 0)[0]?.group, folded.namesOf(0, 0)[0]?.span]).toEqual(['$11.50', 'folded', 2]);
  });

  it('merges several levels of columns, and folds them', () => {
    const wide = answerOf([REGIONS], [SOURCES, QUARTERS], [['won', 'money']], (row, column) => String(row * 10 + column));
    const definition = definitionOf({ rows: SPLITS.rows.slice(0, 1), columns: [SPLITS.rows[1] ?? { member: '' }, ...SPLITS.columns] });
    const model = new GridModel(wide, definition, reader, state);
    expect(headsOf(model, 0)).toEqual(['Web 0-3x1', 'Referral 3-6x1', 'report.total 6-7x2']);
    expect(headsOf(model, 1)).toEqual(['Q1 2026 0-1x1', 'Q2 2026 1-2x1', 'report.totalOf Web 2-3x1', 'Q1 2026 3-4x1', 'Q2 2026 4-5x1', 'report.totalOf Referral 5-6x1']);
    const folded = new GridModel(wide, definition, reader, { ...state, foldedColumns: new Set([groupKey(model.columnTree, 1)]) });
    expect(headsOf(folded, 0)).toEqual(['Web 0-1x2', 'Referral 1-4x1', 'report.total 4-5x2']);
    expect(folded.number(0, 0).text).toBe(model.number(0, 2).text);
  });

  it('sets every split beside the other in a table, without lines of nothing', () => {
    const model = new GridModel(sums, { ...pivot, show: { shape: 'table' } }, reader, state);
    // Gulf by referral has nothing in the first quarter.
    expect(namesOf(model).slice(0, 7)).toEqual(['Gulf|Web|Q1 2026', 'Q2 2026', 'report.totalOf Web', 'Referral|Q2 2026', 'report.totalOf Referral', 'report.totalOf Gulf', 'Europe|Web|Q1 2026']);
    expect(model.columns.length).toBe(2);
    expect([model.number(0, 0).text, model.number(1, 0).text, model.number(2, 0).text]).toEqual(['$21.50', '$22.50', '$20.50']);
    expect(model.cell(1, 1)).toEqual({ row: 2, column: 2, value: 'deals' });
  });

  it('compares exactly, with sign and meaning, and says nothing where nothing was', () => {
    const compared = answerOf([REGIONS], [], [['won', 'money'], ['lost', 'money']], (row) => ['0', '90071992547409.93', '5'][row] ?? null, (row) => ['0', '90071992547409.91', null][row] ?? null);
    const model = new GridModel(compared, definitionOf({ rows: SPLITS.rows.slice(0, 1), values: [], compare: 'year' }), reader, state);
    expect([0, 1, 2, 3].map((column) => model.number(0, column).text)).toEqual(['$90,071,992,547,409.93', '$90,071,992,547,409.91', '+$0.02', '0.0%']);
    expect([model.number(0, 2).change?.meaning, model.number(0, 6).change?.meaning]).toEqual(['better', 'worse']);
    expect([1, 2, 3].map((column) => model.number(1, column).text)).toEqual(['–', '–', '–']);
    expect(model.plain(0, 2)).toBe('0.02');
    expect(headsOf(model, 1).slice(0, 2)).toEqual(['report.parts.value 0-1x1', 'report.parts.before 1-2x1']);
  });

  it('says what has no name, what is the rest, and steps of the fiscal year', () => {
    const odd = answerOf([{ member: 'deals.rep', values: [null, true, 'Sam', 'rest'], others: true }], [{ member: 'deals.closed_at', values: ['2026-04-01T00:00:00.000'] }], [['won', 'money']], () => '1');
    const model = new GridModel(odd, definitionOf({ rows: [{ member: 'deals.rep' }], columns: [{ member: 'deals.closed_at', grain: 'fiscal_quarter' }] }), { ...reader, fiscalStart: 4 }, state);
    expect(namesOf(model)).toEqual(['home.charts.none', 'report.yes', 'Sam', 'report.others', 'report.total']);
    expect(headsOf(model, 0)[0]).toBe('FY2027 Q1 0-1x1');
    expect(new GridModel(sums, pivot, reader, { ...state, narrow: true }).namesOf(1, 0)).toEqual([jasmine.objectContaining({ text: 'Referral', groups: 'Gulf' })]);
  });

  it('orders the parts of each group by a column of its own where all rows are here', async () => {
    const model = new GridModel(sums, pivot, reader, state);
    const rank = await localRank(sums, model.rows, { column: 1, value: 'won', order: 'desc' });
    // Europe has more than Gulf in the first quarter; what has nothing comes last in its group.
    expect(namesOf(new GridModel(sums, pivot, reader, { ...state, rank }))).toEqual(['Europe|Referral', 'Web', 'report.totalOf Europe', 'Gulf|Web', 'Referral', 'report.totalOf Gulf', 'report.total']);
    expect([sortableHere(sums), sortableHere({ cut: [{ what: 'rows', kept: 1, of: 2 }] })]).toEqual([true, false]);
  });
});

describe('the sight of a report', () => {
  it('draws as many lines everywhere, and moves in steps', () => {
    expect(linesInSight(0, 360, 36, 1000)).toEqual({ first: 0, last: 28 });
    expect(linesInSight(100, 360, 36, 1000)).toEqual({ first: 0, last: 28 });
    expect(linesInSight(5000, 360, 36, 1000)).toEqual({ first: 132, last: 160 });
    expect(linesInSight(36_000, 360, 36, 1000)).toEqual({ first: 972, last: 1000 });
    expect(linesInSight(0, 360, 36, 3)).toEqual({ first: 0, last: 3 });
    const offsets = Array.from({ length: 101 }, (_, index) => index * 100);
    expect(columnsInSight(5050, 400, offsets, 84)).toEqual({ first: 48, last: 56 });
    expect(columnsInSight(9800, 400, offsets, 84)).toEqual({ first: 92, last: 100 });
    expect([columnAt(0, offsets), columnAt(99, offsets), columnAt(100, offsets), columnAt(99_999, offsets)]).toEqual([0, 0, 1, 99]);
    expect([broughtIn(50, 100, 20, 40), broughtIn(50, 100, 160, 180), broughtIn(50, 100, 60, 80)]).toEqual([20, 80, 50]);
  });

  it('moves by the line of reading and copies what is selected', () => {
    const bounds = { heads: 2, names: 1, lines: 5, columns: 4 };
    const press = (key: string, rtl = false, ctrlKey = false): string => {
      const to = moved({ line: 1, column: 1 }, bounds, { key, ctrlKey, metaKey: false }, rtl, 3);
      return to === null ? '' : `${to.line},${to.column}`;
    };
    expect(['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageDown', 'PageUp', 'x'].map((key) => press(key))).toEqual(['1,2', '1,0', '0,1', '2,1', '1,-1', '1,3', '4,1', '0,1', '']);
    expect([press('ArrowRight', true), press('ArrowLeft', true), press('End', false, true), press('ArrowDown', false, true)]).toEqual(['1,0', '1,2', '4,3', '4,1']);
    const model = new GridModel(sums, pivot, reader, state);
    expect(tsvOf(areaOf({ line: 0, column: 1 }, { line: -1, column: -1 }), (line, column) => model.copied(line, column, ['Region', 'Source']))).toBe('Source\tValue won\tValue deals\nWeb\t21.50\t21');
  });
});
