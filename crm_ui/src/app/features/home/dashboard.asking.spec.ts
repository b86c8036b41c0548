import { TestBed } from '@angular/core/testing';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { BatchAnswer } from '@core/analytics/batch';
import { Proof } from '@core/analytics/cube.transport';
import { periodOf } from '@core/analytics/period';
import { ApiClient } from '@core/api/api.client';
import { DashboardAsking, Snapshot } from './dashboard.asking';
import { KpiTile, ListTile, Tile } from './dashboard.model';
import { PageQuestion } from './tile.question';

const place = { x: 0, y: 0, w: 3, h: 2 };
const open: KpiTile = { kind: 'kpi', id: 'open', measure: 'deals.open_amount', ...place };
const count: KpiTile = { kind: 'kpi', id: 'count', measure: 'deals.count', ...place };
const due: KpiTile = { kind: 'kpi', id: 'due', measure: 'invoices.due', ...place };
const late: ListTile = { kind: 'list', id: 'late', resource: 'invoices', columns: ['number'], ...place };
const tiles: readonly Tile[] = [open, count, due, late];
const page: PageQuestion = { period: periodOf('all', new Date('2026-08-22T13:00:00Z')), parts: [], filters: [], has: () => true };

describe('DashboardAsking', () => {
  let asked: string[][];
  let state: Record<string, string>;
  let lsn: number;
  let after: (round: number) => void;
  let failing: object | null;

  beforeEach(() => {
    [asked, state, lsn, after, failing] = [[], { crm_deals: '1', crm_invoices: '1' }, 10, () => undefined, null];
    const batch = async (queries: readonly { measures?: string[] }[]): Promise<BatchAnswer> => {
      if (failing) throw failing;
      asked.push(queries.flatMap(({ measures }) => measures?.filter((name) => !name.endsWith('currency')) ?? []));
      after(asked.length);
      const watermark = { lsn: String(++lsn), committed_at: null, lag_ms: 1 };
      const answers = queries.map(({ measures = [] }): BatchAnswer['answers'][number] => measures.includes('deals.refused')
        ? { status: 403, code: 'query_forbidden', title: '', detail: '', errors: [] }
        : { rows: [{ 'deals.count': '3' }], watermark, proof: { tables: [measures[0]?.startsWith('deals') ? 'crm_deals' : 'crm_invoices'] } as unknown as Proof });
      return { watermark, consistent: true, tables: { ...state }, answers };
    };
    TestBed.configureTestingModule({ providers: [DashboardAsking, { provide: AnalyticsClient, useValue: { batch } }, { provide: ApiClient, useValue: { list: () => Promise.resolve({ items: [{ id: 'i' }] }) } }] });
  });

  const asking = (): DashboardAsking => TestBed.inject(DashboardAsking);
  const renew = (shown: Snapshot, ...ids: string[]): Promise<Snapshot> => asking().renew(shown, tiles, new Set(ids), page);

  it('asks all tiles and what stands beside them by one question, at one mark', async () => {
    const { beside, ...shown } = await asking().ask(tiles, page, { measures: ['deals.count'] });
    expect(asked).toEqual([['deals.count', 'deals.open_amount', 'invoices.due']]);
    expect([shown.watermark?.lsn, shown.consistent, beside]).toEqual(['11', true, { 'deals.count': '3' }]);
    expect(shown.tiles['late']?.rows?.length).toBe(1);
  });

  it('keeps what did not change and shows the new mark, up to which that holds too', async () => {
    const shown = await asking().ask(tiles, page);
    state['crm_deals'] = '2';
    const renewed = await renew(shown, 'open', 'count');
    expect([asked.slice(1), renewed.watermark?.lsn, renewed.consistent]).toEqual([[['deals.open_amount', 'deals.count']], '12', true]);
    expect(renewed.tiles['due']).toBe(shown.tiles['due']!);
  });

  it('asks after the tiles whose tables moved while others were asked, and stays at the older mark where they never rest', async () => {
    const shown = await asking().ask(tiles, page);
    after = (round) => { if (round === 2) state['crm_invoices'] = '2'; };
    const renewed = await renew(shown, 'open');
    expect([asked.slice(1), renewed.watermark?.lsn]).toEqual([[['deals.open_amount'], ['invoices.due']], '13']);
    after = (round) => { state = { crm_deals: String(round), crm_invoices: String(round) }; };
    const restless = await renew(renewed, 'open');
    expect([restless.watermark?.lsn, restless.consistent]).toEqual(['13', false]);
  });

  it('leaves the mark for lists alone, and names what failed in its tile', async () => {
    const shown = await asking().ask(tiles, page);
    expect((await renew(shown, 'late')).watermark?.lsn).toBe('11');
    const refused: KpiTile = { ...open, id: 'refused', measure: 'deals.refused', filters: [{ member: 'deals.stage', operator: 'set' }] };
    const { tiles: answers } = await asking().ask([refused, due], page);
    expect([answers['refused']?.problem?.code, answers['due']?.problem]).toEqual(['query_forbidden', null]);
    failing = { status: 503, code: 'unavailable', title: '', detail: '', errors: [] };
    expect(Object.values((await asking().ask([open, due], page)).tiles).map(({ problem }) => problem?.code)).toEqual(['unavailable', 'unavailable']);
  });
});
