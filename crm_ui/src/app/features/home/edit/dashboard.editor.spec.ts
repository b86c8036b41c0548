import { MemberMeaning } from '@core/analytics/analytics.client';
import { executiveDashboard } from '../dashboard.default';
import { Dashboard, KpiTile, Tile } from '../dashboard.model';
import { arranged } from '../dashboard.records';
import { DashboardEditor } from './dashboard.editor';
import { withSettings } from './tile.form';
import { catalogue, tileOf, usualDate } from './tile.make';

const kpi = (id: string, x: number, y: number): KpiTile => ({ kind: 'kpi', id, measure: 'deals.count', x, y, w: 3, h: 2 });
const dashboard = (more: Partial<Dashboard>): Dashboard => ({ ...executiveDashboard(() => true), key: null, ...more });

describe('DashboardEditor', () => {
  let editor: DashboardEditor;
  const places = (): string => editor.tiles().map(({ id, x, y }) => `${id}@${x},${y}`).join(' ');

  beforeEach(() => {
    editor = new DashboardEditor();
    editor.start(dashboard({ layout: { tiles: [kpi('a', 0, 0), kpi('b', 3, 0), kpi('c', 0, 7)] } }));
  });

  it('begins with tiles at rest, as they are drawn, and with nothing to save', () => {
    expect(places()).toBe('a@0,0 b@3,0 c@0,2');
    expect(editor.dirty()).toBeFalse();
    editor.put('a', { x: 0, y: 0 });
    expect(editor.dirty()).toBeFalse();
    editor.put('a', { x: 3, y: 0 });
    expect(places()).toBe('a@3,0 b@0,0 c@0,2');
  });

  it('carries a tile by keyboard: dropped it stays, put back it never left', () => {
    editor.pickUp('a');
    editor.carryBy('down', false);
    expect(places()).toBe('a@0,2 b@3,0 c@0,0');
    editor.carryBy('right', true);
    expect(editor.tiles()[0]).toEqual(jasmine.objectContaining({ w: 4 }));
    editor.drop(false);
    expect([places(), editor.dirty(), editor.carried()]).toEqual(['a@0,0 b@3,0 c@0,2', false, null]);
    editor.pickUp('a');
    editor.carryBy('down', false);
    editor.drop(true);
    expect([places(), editor.dirty()]).toEqual(['a@0,2 b@3,0 c@0,0', true]);
  });

  it('undoes one change after the other', () => {
    editor.add({ ...kpi('d', 0, 0) });
    editor.remove('b');
    expect(places()).toBe('a@0,0 c@0,2 d@6,0');
    editor.undo();
    expect(places()).toBe('a@0,0 b@3,0 c@0,2 d@6,0');
    editor.undo();
    expect([places(), editor.dirty()]).toEqual(['a@0,0 b@3,0 c@0,2', false]);
    editor.undo();
    expect(places()).toBe('a@0,0 b@3,0 c@0,2');
  });

  it('changes places in the order of reading on a phone', () => {
    editor.start(dashboard({ layout: { tiles: [{ ...kpi('a', 0, 0), w: 12 }, { ...kpi('b', 0, 2), w: 12 }] } }));
    editor.reorder('b', -1);
    expect(places()).toBe('a@0,2 b@0,0');
    editor.reorder('b', 1);
    expect(places()).toBe('a@0,0 b@0,2');
    editor.reorder('b', 1);
    expect(places()).toBe('a@0,0 b@0,2');
  });
});

describe('tiles in the making', () => {
  const meaning = (title: string, titleAr: string, more: Partial<MemberMeaning>): MemberMeaning => ({ title, titleAr, description: '', descriptionAr: '', formula: '', formulaAr: '', kind: 'measure', type: 'number', unit: 'money', view: { name: 'deals', title: 'Deals', titleAr: 'الصفقات' }, ...more });
  const dimension = (title: string, type = 'string'): MemberMeaning => meaning(title, '', { kind: 'dimension', type, unit: '' });
  const meanings = new Map([
    ['deals.won_amount', meaning('Won revenue', 'إيراد الصفقات الرابحة', {})], ['deals.open_amount', meaning('Open pipeline', 'خط المبيعات', {})], ['deals.reporting_currency', meaning('Currency', 'العملة', { unit: 'text' })],
    ['deals.owner', dimension('Owner')], ['deals.owner_ar', dimension('Owner (Arabic)')], ['deals.created_at', dimension('Created', 'time')], ['deals.closed_at', dimension('Closed', 'time')], ['tickets.count', meaning('Tickets', 'التذاكر', { unit: 'count' })], ['tickets.created_at', dimension('Created', 'time')],
  ]);

  it('are found by words of either language, and only numbers', () => {
    expect(catalogue(meanings, 'WON rev', { arabic: true }).map(({ title }) => title)).toEqual(['إيراد الصفقات الرابحة']);
    expect(catalogue(meanings, 'خط', { arabic: false }).map(({ member }) => member)).toEqual(['deals.open_amount']);
    expect(catalogue(meanings, '', { arabic: false }).length).toBe(3);
    expect(catalogue(meanings, 'nothing like it', { arabic: false })).toEqual([]);
  });

  it('count by the date that is meant', () => {
    expect([usualDate('deals.won_amount', meanings), usualDate('deals.open_amount', meanings), usualDate('tickets.count', meanings)]).toEqual(['deals.closed_at', undefined, 'tickets.created_at']);
    expect(tileOf('deals.open_amount', 'chart', meanings, 'n')).toEqual(jasmine.objectContaining({ chart: 'hbar', dimension: 'deals.owner' }));
    expect(tileOf('deals.won_amount', 'chart', meanings, 'n')).toEqual(jasmine.objectContaining({ chart: 'bar', date: 'deals.closed_at', grain: 'month' }));
  });

  it('take settings, and lose what was emptied', () => {
    const tile = { ...kpi('a', 0, 0), target: '5', title: 'T' } as Tile;
    expect(withSettings(tile, { target: null, title: 'U', compare: false })).toEqual({ ...kpi('a', 0, 0), title: 'U', compare: false });
    expect(withSettings({ kind: 'chart', id: 'c', chart: 'bar', measures: ['deals.count'], date: 'deals.closed_at', grain: 'month', x: 0, y: 0, w: 6, h: 4 }, { date: null, limit: 900, chart: 'hbar' })).toEqual({ kind: 'chart', id: 'c', chart: 'hbar', measures: ['deals.count'], limit: 50, x: 0, y: 0, w: 6, h: 4 });
    const chart: Tile = { kind: 'chart', id: 'c', chart: 'bar', measures: ['deals.count'], x: 0, y: 0, w: 6, h: 4 };
    expect([withSettings(chart, { click: true }), withSettings({ ...chart, click: 'records' }, { click: false })]).toEqual([{ ...chart, click: 'records' }, chart]);
  });
});

describe('dashboards of a person', () => {
  const me = { id: 'me', name: 'Me' };
  const all = [
    dashboard({ id: 'e', key: 'executive', role: 'executive', name: 'Executive' }), dashboard({ id: 's', key: 'sales_manager', role: 'sales_manager', name: 'Sales' }), dashboard({ id: 'r', key: 'rep', role: 'rep', name: 'Rep' }),
    dashboard({ id: 'copy', role: null, based_on_id: 's', owner: me, name: 'My sales' }), dashboard({ id: 'other', role: null, owner: { id: 'x', name: 'X' }, based_on_id: 'e', name: 'Theirs' }), dashboard({ id: 'own', role: null, owner: me, name: 'Own' }),
  ];
  const ids = (roles: readonly string[]): string[] => arranged(all, 'me', roles).map(({ id }) => id);

  it('begin with the one of the role; a copy stands in for what it is based on, those of others come last', () => {
    expect(ids(['manager'])).toEqual(['copy', 'own', 'e', 'r', 'other']);
    expect(ids(['exec'])).toEqual(['e', 'own', 'copy', 'r', 'other']);
    expect(ids(['rep'])[0]).toBe('r');
    expect(arranged(all, 'somebody', ['manager']).map(({ id }) => id)[0]).toBe('s');
  });
});
