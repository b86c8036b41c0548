import { TestBed } from '@angular/core/testing';
import { backend, settle, testProviders } from '@testing/setup';
import { TokenStore } from '../auth/token.store';
import { AnalyticsClient } from './analytics.client';
import { changeOf } from './change';
import { fiscalLabel } from '../format/fiscal';
import { addDays, addMonths, daysOf, fiscalStart, isDay, periodKeys, periodOf, startOfDay, todayIn, trendRange } from './period';

const TODAY = new Date('2026-08-22T13:00:00Z');

describe('period', () => {
  it('compares a running period with the same stretch of the one before', () => {
    expect(periodOf('thisQuarter', TODAY)).toEqual({ key: 'thisQuarter', range: ['2026-07-01', '2026-08-22'], previous: ['2026-04-01', '2026-05-22'] });
    expect(periodOf('thisYear', TODAY).previous).toEqual(['2025-01-01', '2025-08-22']);
  });

  it('compares a whole period with the whole one before', () => {
    expect(periodOf('lastQuarter', TODAY)).toEqual({ key: 'lastQuarter', range: ['2026-04-01', '2026-06-30'], previous: ['2026-01-01', '2026-03-31'] });
    expect(periodOf('last12Months', TODAY)).toEqual({ key: 'last12Months', range: ['2025-09-01', '2026-08-22'], previous: ['2024-09-01', '2025-08-22'] });
    expect(periodOf('all', TODAY)).toEqual({ key: 'all', range: null, previous: null });
  });

  it('compares a custom period with as many days before it', () => {
    expect(periodOf('custom', TODAY, ['2026-03-01', '2026-03-10']).previous).toEqual(['2026-02-19', '2026-02-28']);
    expect(periodOf('custom', TODAY).key).toBe('last12Months');
    expect(daysOf(['2026-03-01', '2026-03-10'])).toBe(10);
  });

  it('has fiscal periods where the fiscal year is not that of the calendar', () => {
    expect(periodKeys(1)).not.toContain('thisFiscalYear');
    expect(periodKeys(4)).toEqual(jasmine.arrayContaining(['thisFiscalQuarter', 'thisFiscalYear']));
    expect(periodOf('thisFiscalQuarter', TODAY, null, 2)).toEqual({ key: 'thisFiscalQuarter', range: ['2026-08-01', '2026-08-22'], previous: ['2026-05-01', '2026-05-22'] });
    expect(periodOf('thisFiscalYear', TODAY, null, 9)).toEqual({ key: 'thisFiscalYear', range: ['2025-09-01', '2026-08-22'], previous: ['2024-09-01', '2025-08-22'] });
    expect([fiscalStart('2026-01-31', 12, 2), fiscalStart('2026-02-01', 12, 2), fiscalStart('2026-01-31', 3, 2), fiscalStart('2026-12-31', 3, 12)]).toEqual(['2025-02-01', '2026-02-01', '2025-11-01', '2026-12-01']);
  });

  it('calls a fiscal year by the calendar year in which it ends, in both languages', () => {
    expect([fiscalLabel('2026-04-01', 'fiscal_quarter', 4, 'en'), fiscalLabel('2026-03-31', 'fiscal_quarter', 4, 'en'), fiscalLabel('2026-04-01', 'fiscal_year', 4, 'en')]).toEqual(['FY2027 Q1', 'FY2026 Q4', 'FY2027']);
    expect([fiscalLabel('2026-05-01', 'fiscal_quarter', 1, 'en'), fiscalLabel('2026-04-01', 'fiscal_year', 4, 'ar-u-nu-latn'), fiscalLabel('2026-08-01', 'fiscal_quarter', 4, 'ar-u-nu-arab')]).toEqual(['FY2026 Q2', 'السنة المالية 2027', 'الربع ٢ من السنة المالية ٢٠٢٧']);
  });

  it('counts days in the reporting zone, also where clocks change', () => {
    const late = new Date('2026-06-30T22:30:00Z');
    expect(['UTC', 'Asia/Riyadh', 'Pacific/Auckland', 'America/New_York', 'Mars/Base'].map((zone) => todayIn(zone, late).toISOString().slice(0, 10))).toEqual(['2026-06-30', '2026-07-01', '2026-07-01', '2026-06-30', '2026-06-30']);
    expect(startOfDay('2026-07-01', 'UTC')).toBe('2026-07-01');
    expect(startOfDay('2026-07-01', 'Asia/Riyadh')).toBe('2026-06-30T21:00:00.000Z');
    expect(['2026-03-08', '2026-03-09', '2026-11-01', '2026-11-02'].map((one) => startOfDay(one, 'America/New_York').slice(11, 16))).toEqual(['05:00', '04:00', '04:00', '05:00']);
    expect(['2026-04-05', '2026-04-06', '2026-09-27', '2026-09-28'].map((one) => startOfDay(one, 'Pacific/Auckland').slice(11, 16))).toEqual(['11:00', '12:00', '12:00', '11:00']);
  });

  it('shows at least twelve months of trend', () => {
    expect(trendRange(periodOf('thisQuarter', TODAY))).toEqual(['2025-09-01', '2026-08-22']);
    expect(trendRange(periodOf('custom', TODAY, ['2020-01-15', '2026-03-10']))).toEqual(['2020-01-15', '2026-03-10']);
    expect(trendRange(periodOf('all', TODAY))).toBeNull();
  });

  it('keeps to days that exist', () => {
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect([isDay('2026-02-30'), isDay('2026-02-28'), isDay('x'), isDay(null)]).toEqual([false, true, false, false]);
  });
});

describe('change', () => {
  it('says direction and meaning', () => {
    expect(changeOf('150', '100', 'relative', 'up')).toEqual({ amount: 0.5, kind: 'relative', direction: 'up', meaning: 'better' });
    expect(changeOf(40, 50, 'absolute', 'down')).toEqual({ amount: -10, kind: 'absolute', direction: 'down', meaning: 'better' });
    expect(changeOf(0.5, 0.6, 'points', 'up')?.meaning).toBe('worse');
    expect(changeOf(5, 5, 'relative', 'up')?.direction).toBe('same');
  });

  it('has no answer without both numbers, or for a ratio to zero', () => {
    expect(changeOf(null, 1, 'relative', 'up')).toBeNull();
    expect(changeOf(1, undefined, 'relative', 'up')).toBeNull();
    expect(changeOf(1, 0, 'relative', 'up')).toBeNull();
    expect(changeOf(1, 0, 'absolute', 'up')?.amount).toBe(1);
  });
});

describe('AnalyticsClient', () => {
  let client: AnalyticsClient;
  const load = '/crm/v1/analytics/load';
  const proof = { equal: true, lsn: '7', committed_at: '2026-01-01T00:00:00Z', checked_at: '2026-01-01T00:00:01Z', rows: 8800, different: 0, tables: ['crm_deals'] };
  const body = (data: object[]): object => ({ queryType: 'regularQuery', results: [{ query: { measures: ['deals.count'] }, data, annotation: { measures: {}, dimensions: {}, segments: {}, timeDimensions: {} } }], pivotQuery: { measures: ['deals.count'] }, watermark: { lsn: '7', committed_at: '2026-01-01T00:00:00Z', lag_ms: 4 }, proof, trace_id: 'a'.repeat(32) });

  beforeEach(() => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders(AnalyticsClient) });
    TestBed.inject(TokenStore).keep({ access_token: 't', token_type: 'Bearer', expires_in: 900 });
    client = TestBed.inject(AnalyticsClient);
  });

  async function next(url: string): Promise<ReturnType<ReturnType<typeof backend>['expectOne']>> {
    for (let turn = 0; turn < 50; turn += 1) {
      await settle();
      const found = backend().match(url);
      if (found[0]) return found[0];
    }
    throw new Error(`no request to ${url}`);
  }

  it('brings rows with their watermark and proof, with the token of the interceptor', async () => {
    const answer = client.load({ measures: ['deals.count'] });
    const request = await next(load);
    expect(request.request.headers.get('Authorization')).toBe('Bearer t');
    expect(request.request.body).toEqual({ query: { measures: ['deals.count'] }, queryType: 'multi' });
    request.flush(body([{ 'deals.count': '8800' }]));
    expect(await answer).toEqual({ rows: [{ 'deals.count': '8800' }], watermark: { lsn: '7', committed_at: '2026-01-01T00:00:00Z', lag_ms: 4 }, proof, traceId: 'a'.repeat(32) });
  });

  it('asks again while the answer is being made', async () => {
    const answer = client.load({ measures: ['deals.count'] });
    (await next(load)).flush({ error: 'Continue wait' });
    (await next(load)).flush(body([]));
    expect((await answer).rows).toEqual([]);
  });

  it('rejects with a problem', async () => {
    const answer = client.load({ measures: ['deals.count'] });
    (await next(load)).flush({ code: 'forbidden' }, { status: 403, statusText: 'x' });
    await expectAsync(answer).toBeRejectedWith(jasmine.objectContaining({ code: 'forbidden' }));
  });

  it('brings several answers of one mark, what was refused as its problem, and rejects where nothing is answered', async () => {
    const watermark = { lsn: '7', committed_at: '2026-01-01T00:00:00Z', lag_ms: 4 };
    const answer = client.batch([{ measures: ['deals.count'] }, { measures: ['deals.nope'] }]);
    const request = await next('/crm/v1/analytics/batch');
    expect(request.request.body).toEqual({ queries: [{ key: '0', query: { measures: ['deals.count'] } }, { key: '1', query: { measures: ['deals.nope'] } }] });
    request.flush({ watermark, consistent: true, tables: { crm_deals: '7/1' }, trace_id: 'a'.repeat(32), answers: { 0: { proof, data: [{ 'deals.count': '8800' }] }, 1: { title: 'Bad Request', status: 400, code: 'query_invalid', detail: 'Unknown' } } });
    expect(await answer).toEqual({ watermark, consistent: true, tables: { crm_deals: '7/1' }, answers: [
      { rows: [{ 'deals.count': '8800' }], watermark, proof, traceId: 'a'.repeat(32) },
      { status: 400, code: 'query_invalid', title: 'Bad Request', detail: 'Unknown', errors: [] },
    ] });
    const failed = client.batch([{ measures: ['deals.count'] }]);
    (await next('/crm/v1/analytics/batch')).flush({ code: 'analytics_unavailable' }, { status: 503, statusText: 'x' });
    await expectAsync(failed).toBeRejectedWith(jasmine.objectContaining({ code: 'analytics_unavailable' }));
  });

  it('reads what members mean once, and again after a failure', async () => {
    const failed = client.members();
    (await next('/crm/v1/analytics/meta')).flush({}, { status: 503, statusText: 'x' });
    await expectAsync(failed).toBeRejected();
    const read = client.members();
    (await next('/crm/v1/analytics/meta')).flush({ cubes: [{ name: 'deals', title: 'Deals', measures: [{ name: 'deals.count', title: 'Deals Deals', shortTitle: 'Deals', type: 'count', description: 'All.', meta: { title_ar: 'الصفقات', description_ar: 'كلها', formula: 'n', formula_ar: 'عدد', unit: 'count' } }], dimensions: [{ name: 'deals.stage', title: 'Stage', type: 'string' }], segments: [] }] });
    const members = await read;
    const view = { name: 'deals', title: 'Deals', titleAr: '' };
    expect(members.get('deals.count')).toEqual({ title: 'Deals', titleAr: 'الصفقات', description: 'All.', descriptionAr: 'كلها', formula: 'n', formulaAr: 'عدد', kind: 'measure', type: 'count', unit: 'count', view });
    expect(members.get('deals.stage')).toEqual({ title: 'Stage', titleAr: '', description: '', descriptionAr: '', formula: '', formulaAr: '', kind: 'dimension', type: 'string', unit: '', view });
    expect(await client.members()).toBe(members);
  });
});
