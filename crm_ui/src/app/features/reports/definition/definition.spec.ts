import { Expression, ReportAnswer, ReportDefinition, ReportNode } from '@core/reports/report.model';
import { decode, encode, readDefinition } from './definition.code';
import { drill, measuresOf, questionOfCell, stepRange } from './definition.drill';
import { rowsProblem } from './definition.files';
import { askedOf, EMPTY, Field, freeKey } from './definition.model';
import { addTo, move, remove, tidy } from './definition.moves';
import { shapeProblem } from './definition.shapes';
import { parseFormula } from './expression.parse';
import { formulaText } from './expression.text';
import { unitOf, unitsOf } from './expression.unit';

const won: Field = { member: 'deals.won_amount', kind: 'measure' };
const count: Field = { member: 'deals.won_count', kind: 'measure' };
const region: Field = { member: 'deals.region', kind: 'split' };
const source: Field = { member: 'deals.source', kind: 'split' };
const closed: Field = { member: 'deals.closed_at', kind: 'time' };
const built = (): ReportDefinition => addTo(addTo(addTo(addTo(EMPTY, won, 'values'), region, 'rows'), source, 'rows'), closed, 'columns');

describe('a definition', () => {
  it('takes fields where they can stand, of one view, each once', () => {
    const definition = built();
    expect(definition).toEqual({ ...EMPTY, view: 'deals', rows: [{ member: 'deals.region' }, { member: 'deals.source' }], columns: [{ member: 'deals.closed_at', grain: 'month' }], values: [{ key: 'won_amount', measure: 'deals.won_amount' }], show: { shape: 'pivot' } });
    expect(addTo(definition, won, 'rows')).toBe(definition);
    expect(addTo(definition, region, 'values')).toBe(definition);
    expect(addTo(definition, { member: 'tickets.count', kind: 'measure' }, 'values')).toBe(definition);
    expect(addTo(definition, region, 'columns', 0).columns.map(({ member }) => member)).toEqual(['deals.region', 'deals.closed_at']);
    expect(addTo(definition, closed, 'rows', 0).rows[0]).toEqual({ member: 'deals.closed_at', grain: 'quarter' });
    expect(addTo(definition, { member: 'deals.as_of', kind: 'asked' }, 'rows')).toBe(definition);
    expect(addTo(definition, region, 'filters').filters).toEqual([{ member: 'deals.region', operator: 'equals', values: [] }]);
    const full = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].reduce((one, name) => addTo(one, { member: `deals.${name}`, kind: 'split' }, 'columns'), EMPTY);
    expect(full.columns.length).toBe(4);
  });

  it('makes a number among the conditions one on values', () => {
    const definition = addTo(built(), count, 'filters');
    expect(definition.values.map(({ key }) => key)).toEqual(['won_amount', 'won_count']);
    expect(definition.having).toEqual([{ value: 'won_count', operator: 'gte', number: '' }]);
    expect(askedOf(definition).having).toEqual([]);
    expect(remove(definition, { well: 'filters', index: 0 }).having).toEqual([]);
  });

  it('moves within a well and between rows and columns', () => {
    const definition = built();
    expect(move(definition, { well: 'rows', index: 0 }, { well: 'rows', index: 5 }).rows.map(({ member }) => member)).toEqual(['deals.source', 'deals.region']);
    const moved = move(definition, { well: 'rows', index: 1 }, { well: 'columns', index: 0 });
    expect([moved.rows.length, moved.columns.map(({ member }) => member)]).toEqual([1, ['deals.source', 'deals.closed_at']]);
    expect(move(definition, { well: 'values', index: 0 }, { well: 'rows', index: 0 })).toBe(definition);
    expect(move(definition, { well: 'rows', index: 0 }, { well: 'filters', index: 0 })).toEqual(jasmine.objectContaining({ rows: definition.rows, filters: [{ member: 'deals.region', operator: 'equals', values: [] }] }));
  });

  it('takes what refers to a value away with it, and is empty when its last field goes', () => {
    const definition = tidy({
      ...built(), values: [{ key: 'won', measure: 'deals.won_amount' }, { key: 'twice', title: 'Twice', calculation: { op: '*', args: [{ value: 'won' }, { number: '2' }] } }, { key: 'more', title: 'More', calculation: { value: 'twice' } }, { key: 'n', measure: 'deals.won_count' }],
      having: [{ value: 'twice', operator: 'gt', number: '1' }], top: { value: 'won', n: 5, others: true, order: 'desc' }, sort: { by: 'more', order: 'asc' }, compare: 'year',
    });
    expect(definition.compare).withContext('nothing to compare without a period').toBeNull();
    const less = remove(definition, { well: 'values', index: 0 });
    expect([less.values.map(({ key }) => key), less.having, less.top, less.sort]).toEqual([['n'], [], null, null]);
    expect(remove({ ...EMPTY, view: 'deals', values: [{ key: 'n', measure: 'deals.count' }], period: { member: 'deals.closed_at', range: 'thisYear' } }, { well: 'values', index: 0 })).toEqual(EMPTY);
  });

  it('is asked without conditions that say nothing yet', () => {
    const half = { member: 'deals.region', operator: 'equals', values: [] };
    const whole = { member: 'deals.region', operator: 'equals', values: ['MENA'] };
    expect(askedOf({ ...built(), filters: [half, whole, { member: 'deals.source', operator: 'notSet' }, { any: [half, whole] }, { any: [half] }, { member: 'deals.closed_at', operator: 'inDateRange', values: ['2026-01-01', ''] }] }).filters)
      .toEqual([whole, { member: 'deals.source', operator: 'notSet' }, whole]);
  });

  it('tells which shapes lack what', () => {
    const definition = built();
    expect([shapeProblem('kpi', definition), shapeProblem('line', definition), shapeProblem('map', definition), shapeProblem('combo', definition), shapeProblem('heatmap', definition), shapeProblem('waterfall', definition)]).toEqual(['noSplits', 'time', null, 'twoValues', null, 'oneRow']);
    expect(tidy({ ...definition, show: { shape: 'line' } }).show.shape).toBe('pivot');
    expect(freeKey('Won × amount!', [{ key: 'won_amount', measure: 'deals.x' }])).toBe('won_amount_2');
  });

  it('goes into an address and comes back the same, and nothing else is taken for one', async () => {
    const definition = addTo({ ...built(), filters: [{ member: 'deals.region', operator: 'equals', values: ['الشرق الأوسط', 'a+b/c='] }] }, count, 'values');
    const text = await encode(definition);
    expect(text).toMatch(/^[\w-]+$/);
    expect(await decode(text)).toEqual(definition);
    expect(await decode(text.slice(0, -9))).toBeNull();
    expect(await decode('not one')).toBeNull();
    expect(await decode(await encode({ ...definition, view: 'x'.repeat(300_000) }))).withContext('a link that unfolds without end').toBeNull();
    for (const broken of [null, [], { ...definition, v: 2 }, { ...definition, rows: [{ member: 'x' }] }, { ...definition, values: [{ key: 'a', title: 'A', calculation: { op: '^', args: [] } }] }, { ...definition, show: { shape: 'pie' } }]) expect(readDefinition(JSON.parse(JSON.stringify(broken)))).toBeNull();
    expect(readDefinition({ v: 1, view: 'deals', rows: [], columns: [], values: [{ key: 'n', measure: 'deals.count' }] })?.show.shape).toBe('pivot');
  });
});

const node = (level: number, parent: number | null, value: ReportNode['value'], point: ReportNode['point'] = {}, others = false): ReportNode => ({ level, parent, value, value_ar: null, others, point });
const ANSWER = {
  query: { measures: ['deals.won_amount'], dimensions: ['deals.region', 'deals.source'], filters: [{ member: 'deals.status', operator: 'equals', values: ['won'] }] },
  rows: [node(0, null, null), node(1, 0, 'MENA', { 'deals.region': 'MENA' }), node(2, 1, null, { 'deals.source': null }), node(1, 0, null, { 'deals.region': null }), node(1, 0, null, {}, true)],
  columns: [node(0, null, null), node(1, 0, '2026-02-01T00:00:00.000', { 'deals.closed_at.month': '2026-02-01T00:00:00.000' })],
} as unknown as ReportAnswer;

describe('a file of all rows', () => {
  it('is made of what needs no other rows', () => {
    const won = { key: 'won', measure: 'deals.won_amount' };
    const share = { key: 's', title: 'Share', calculation: { op: '/', args: [{ value: 'won' }, { value: 'won', of: 'grand' }] } as Expression };
    const half = { key: 'h', title: 'Half', calculation: { op: '/', args: [{ value: 'won' }, { number: '2' }] } as Expression };
    const problems = [{ values: [won, half] }, { having: [{ value: 'won', operator: 'gt', number: '1' } as const] }, { top: { value: 'won', n: 1, others: true, order: 'desc' } as const }, { compare: 'year' as const }, { values: [won, share] }].map((parts) => rowsProblem({ ...EMPTY, ...parts }));
    expect(problems).toEqual([null, 'having', 'top', 'compare', 'total']);
  });
});

describe('a number of an answer', () => {
  it('is asked for by the points of its row, its column and their groups', () => {
    expect(questionOfCell(built(), ANSWER, { row: 2, column: 1 }, 'deals.won_amount', 'Won')).toEqual({ query: ANSWER.query, measure: 'deals.won_amount', title: 'Won', point: { 'deals.region': 'MENA', 'deals.source': null, 'deals.closed_at.month': '2026-02-01T00:00:00.000' } });
    expect(questionOfCell(built(), ANSWER, { row: 0, column: 0 }, 'deals.won_amount', 'Won').point).toEqual({});
    const others = questionOfCell(built(), ANSWER, { row: 4, column: 0 }, 'deals.won_amount', 'Won');
    expect(others.query['filters']).toEqual([{ member: 'deals.status', operator: 'equals', values: ['won'] }, { member: 'deals.region', operator: 'notEquals', values: ['MENA'] }, { member: 'deals.region', operator: 'set' }]);
  });

  it('of a calculation is asked for by the measures that it is made of', () => {
    const values = [{ key: 'won', measure: 'deals.won_amount' }, { key: 'n', measure: 'deals.won_count' }, { key: 'mean', title: 'Mean', calculation: { op: '/', args: [{ value: 'won' }, { value: 'n' }] } as Expression }];
    expect(measuresOf('mean', values)).toEqual(['deals.won_amount', 'deals.won_count']);
  });

  it('is looked into: its groups become conditions and the next split takes their place', () => {
    const drilled = drill({ ...built(), top: { value: 'won_amount', n: 3, others: true, order: 'desc' } }, ANSWER, 2, { member: 'deals.owner' });
    expect(drilled.rows).toEqual([{ member: 'deals.owner' }]);
    expect(drilled.filters).toEqual([{ member: 'deals.region', operator: 'equals', values: ['MENA'] }, { member: 'deals.source', operator: 'notSet' }]);
    expect(drilled.top).toBeNull();
    expect(drill(built(), ANSWER, 1, { member: 'deals.source' }).rows).toEqual([{ member: 'deals.source' }]);
    expect(stepRange('2026-02-01T00:00:00.000', 'quarter')).toEqual(['2026-02-01', '2026-04-30']);
    expect([stepRange('2024-02-01', 'month')[1], stepRange('2026-11-30', 'week')[1], stepRange('2026-04-01', 'fiscal_year')[1]]).toEqual(['2024-02-29', '2026-12-06', '2027-03-31']);
  });
});

describe('a formula', () => {
  const names = [{ key: 'won', titles: ['Won amount', 'المبلغ الرابح'] }, { key: 'n', titles: ['Deals'] }, { key: 'm', titles: ['Deals'] }];
  const parsed = (text: string): Expression | null => parseFormula(text, names).expression;
  const failed = (text: string): [string, number, string] | null => { const { error } = parseFormula(text, names); return error && [error.code, error.at, error.text]; };

  it('is read by the rules of arithmetic, in both languages', () => {
    expect(parsed('won - n - 2 * (won + 1)')).toEqual({ op: '-', args: [{ op: '-', args: [{ value: 'won' }, { value: 'n' }] }, { op: '*', args: [{ number: '2' }, { op: '+', args: [{ value: 'won' }, { number: '1' }] }] }] });
    expect(parsed('[المبلغ الرابح] ÷ ٢٫٥')).toEqual({ op: '/', args: [{ value: 'won' }, { number: '2.5' }] });
    expect(parsed('share([won amount], row)')).toEqual({ op: '/', args: [{ value: 'won' }, { value: 'won', of: 'row' }] });
    expect(parsed('إجمالي(won، الكل)')).toEqual({ value: 'won', of: 'grand' });
    expect(parsed('-won + -3')).toEqual({ op: '+', args: [{ op: '*', args: [{ number: '-1' }, { value: 'won' }] }, { number: '-3' }] });
  });

  it('is written so that it reads back the same', () => {
    for (const text of ['won - (n - 2)', '(won + n) * 2 / (n / m)', 'share(won, group) * 100', '2 - total(won, column)', '-won / 0.5', '1 / share(won, grand)']) {
      for (const arabic of [true, false]) {
        const written = formulaText(parsed(text) as Expression, { arabic, name: (key) => key });
        expect(parseFormula(written.replace(/\[(\w+)\]/g, '$1'), names).expression).withContext(written).toEqual(parsed(text));
      }
    }
    expect(formulaText(parsed('share(won, row)') as Expression, { arabic: true, name: () => 'المبلغ الرابح' })).toBe('حصة([المبلغ الرابح]، الصف)');
  });

  it('says what is wrong and where', () => {
    expect(failed(' ')).toEqual(['empty', 0, '']);
    expect(failed('won +')).toEqual(['ended', 5, '']);
    expect(failed('won + lost')).toEqual(['unknown', 6, 'lost']);
    expect(failed('[Deals]')).toEqual(['ambiguous', 0, 'Deals']);
    expect(failed('(won')).toEqual(['unclosed', 4, '']);
    expect(failed('won n')).toEqual(['unexpected', 4, 'n']);
    expect(failed('won / 0')).toEqual(['zero', 6, '0']);
    expect(failed('total(won, everything)')).toEqual(['total', 11, 'everything']);
    expect(failed('won ^ 2')).toEqual(['unexpected', 4, '^']);
    expect(failed('[won')).toEqual(['bracket', 0, '[']);
    expect(failed('1.1234567')).toEqual(['number', 0, '1.1234567']);
    expect(failed('('.repeat(500))?.[0]).toBe('deep');
  });

  it('has the unit of its parts, and none where they do not go together', () => {
    const units = new Map([['won', 'money'], ['n', 'count'], ['days', 'days'], ['rate', 'ratio']]);
    const unit = (text: string): unknown => { const found = unitOf(parseFormula(text, [...units.keys()].map((key) => ({ key, titles: [] }))).expression as Expression, units); return found.unit ?? found.problem; };
    expect(['won / n', 'won / won', 'won * rate', 'won + won', 'rate * 100', 'n + 1', 'won / days', '2 * days'].map(unit)).toEqual(['money', 'ratio', 'money', 'money', 'number', 'count', 'number', 'days']);
    expect(unit('won + days')).toEqual({ op: '+', left: 'money', right: 'days' });
    expect(unit('won * days')).toEqual({ op: '*', left: 'money', right: 'days' });
    expect(unit('2 * (won - n)')).toEqual({ op: '-', left: 'money', right: 'count' });
    expect(unitsOf([{ key: 'won', measure: 'deals.won' }, { key: 'half', title: 'Half', calculation: { op: '/', args: [{ value: 'won' }, { number: '2' }] } }], () => 'money').get('half')).toBe('money');
  });
});
