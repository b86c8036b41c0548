import { Type } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { addMonths } from '@core/analytics/period';
import { Language } from '@core/i18n/locale.service';
import { answerAll, signedIn } from '@testing/record.setup';
import { MarketingComponent } from '../marketing/marketing.component';
import { RevenueComponent } from './revenue.component';

const WATERMARK = { lsn: '1', committed_at: '2026-08-22T10:00:00Z', lag_ms: 5 };
const REFUSED = { status: 403, code: 'forbidden', title: 'Forbidden', detail: 'Ask for the permission.' };
const MONTH = `${addMonths(`${new Date().toISOString().slice(0, 7)}-01`, -3).slice(0, 7)}`;
const told = (...rows: object[]): object => ({ data: rows, proof: null });
const of = (view: string, values: Record<string, unknown>): object => Object.fromEntries(Object.entries(values).map(([name, value]) => [`${view}.${name}`, value]));
const batch = (answers: Record<string, object>, consistent = true): Record<string, unknown> => ({ 'analytics/meta': { cubes: [] }, 'POST analytics/batch': { watermark: WATERMARK, consistent, answers } });

const LEVELS = { opening_mrr: '100.00', new_mrr: '50.00', expansion_mrr: '0', reactivation_mrr: '0', contraction_mrr: '20.00', churn_mrr: '0', closing_mrr: '130.00', arpa: '65', paying_accounts: '2', logo_churn: 0.1, grr: 0.8, nrr: 0.8, revenue_churn: 0.2, closing_arr: '1560.00' };
const cell = (since: number, active: string | null): object => of('retention', { 'cohort.month': `${MONTH}-01T00:00:00.000`, months_since: since, account_retention: active === null ? null : Number(active) / 4, active_accounts: active, cohort_accounts: active === null ? null : '4' });
const REVENUE = { now: told(of('mrr_bridge', LEVELS)), before: told(of('mrr_bridge', { ...LEVELS, closing_mrr: '65.00' })), trend: told(of('mrr_bridge', { ...LEVELS, 'month.month': '2026-07-01T00:00:00.000' })), trendBefore: told(), retention: told(cell(0, '4'), cell(1, '3'), cell(2, null)), value: told(), cohorts: told(), formula: REFUSED };

const CREDITS = { first_touch: '3.00', last_touch: '3.00', linear: '3.00', u_shaped: '3.00', time_decay: '3.00', deal_count: '1', touch_count: '2' };
const COSTS = { count: '2', cost: '90.00', cac: '45', lagged_cost: '120.00', lagged_cac: '60', lag_days: '34' };
const MARKETING = {
  funnel: told(of('leads', { count: '10', mql_count: '6', sql_count: '3', won_count: '1', mql_rate: 0.5, sql_rate: 0.5, won_rate: 0.3 })), unit: told(of('unit_economics', { ...COSTS, ltv: '300', ltv_to_cac: 6.7, cac_payback: 3 })), observed: told(of('customer_cohorts', { observed_ltv: '44', customers: '3' })),
  channels: told(of('acquisition', { ...COSTS, channel: 'website' })), blended: told(of('acquisition', COSTS)), credits: told(of('attribution', { ...CREDITS, channel: 'website' })), credited: told(of('attribution', CREDITS)), revenue: told(of('deals', { won_amount: '3.00', won_count: '1' })), funnelBefore: told(), unitBefore: told(), observedBefore: told(),
};

describe('pages of revenue and marketing', () => {
  let fixture: ComponentFixture<unknown>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const text = (): string => page().textContent ?? '';
  async function show(component: Type<unknown>, language: Language, answers: Record<string, unknown>, { permissions = { subscriptions: { read: 'all' }, leads: { read: 'all' } } as Record<string, Record<string, string>>, features = {}, inputs = {} } = {}): Promise<string[]> {
    TestBed.configureTestingModule({ providers: [AnalyticsClient] });
    await signedIn(language, permissions, features);
    fixture = TestBed.createComponent(component);
    for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
    fixture.detectChanges();
    const asked = await answerAll(answers);
    await fixture.whenStable();
    return asked.filter((one) => one.startsWith('POST analytics/batch'));
  }
  afterEach(() => localStorage.clear());

  it('asks for everything at once, checks the bridge and leads from bars and cells to their rows by the address', async () => {
    const asked = await show(RevenueComponent, 'en', batch(REVENUE));
    expect(asked.length).toBe(1);
    for (const words of ['to the cent', '$100 + $50 + $0 + $0 − $20 − $0 = $130', '3/4', 'masked', 'not shown to your role', '80%']) expect(text()).withContext(words).toContain(words);
    expect(page().querySelector('[data-tile=mrr]')?.textContent).toContain('100%');
    expect(page().querySelectorAll('[role=alert]').length).toBe(0);
    expect(text()).not.toMatch(/revenue\.[a-z]|marketing\.[a-z]/);
    const navigate = spyOn(TestBed.inject(Router), 'navigate').and.resolveTo(true);
    page().querySelector<HTMLElement>(`[data-cell="${MONTH}.1"]`)?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ pick: `${MONTH}.1` });
    page().querySelector<HTMLElement>('crm-waterfall [data-key=churn]')?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ pick: 'churn' });
  });

  it('says aloud by how much a bridge does not come to its end, and that the data moved', async () => {
    await show(RevenueComponent, 'ar', batch({ ...REVENUE, now: told(of('mrr_bridge', { ...LEVELS, closing_mrr: '130.01' })) }, false));
    expect(page().querySelector('[role=alert]')?.textContent).toContain('لا يساوي');
    expect(page().querySelector('[role=status]')?.textContent).toContain('البيانات تتغير');
    expect(text()).not.toMatch(/revenue\.[a-z]/);
  });

  it('says what a role may not see, a feature that is off, what failed and what is empty, instead of numbers', async () => {
    expect(await show(RevenueComponent, 'en', batch(REVENUE), { permissions: {} })).toEqual([]);
    expect(text()).toContain('your role may not read');
    TestBed.resetTestingModule();
    expect(await show(MarketingComponent, 'en', batch(MARKETING), { features: { crm_feature_revenue: false } })).toEqual([]);
    expect(page().querySelector('crm-empty')).not.toBeNull();
    TestBed.resetTestingModule();
    await show(RevenueComponent, 'en', { ...batch(REVENUE), 'POST analytics/batch': new Error('down') });
    expect(page().querySelector('crm-problem')).not.toBeNull();
    expect(page().querySelector('crm-kpi-tile')).toBeNull();
    TestBed.resetTestingModule();
    await show(RevenueComponent, 'en', batch({ ...REVENUE, now: REFUSED }));
    expect(page().querySelector('crm-problem')).not.toBeNull();
    TestBed.resetTestingModule();
    await show(RevenueComponent, 'en', batch({ ...REVENUE, now: told(), retention: told() }));
    expect(text()).toContain('No cohorts yet');
  });

  it('shows funnel, costs and credits with their check; who may not see costs sees the rest', async () => {
    const asked = await show(MarketingComponent, 'en', batch(MARKETING), { inputs: { lag: '1' } });
    expect(asked.length).toBe(1);
    for (const words of ['come to the won revenue of $3, to the cent', 'Unsampled: all 2 touches of all 1 won deals', 'by 34 days', '$60', '50% within 90 days']) expect(text()).withContext(words).toContain(words);
    expect(page().querySelector('[data-tile=cac]')?.textContent).toContain('$60');
    const navigate = spyOn(TestBed.inject(Router), 'navigate').and.resolveTo(true);
    page().querySelector<HTMLElement>('crm-switch button')?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ lag: null });
    page().querySelectorAll<HTMLElement>('crm-ranking button')[2]?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ pick: 'sql' });
    TestBed.resetTestingModule();
    await show(MarketingComponent, 'ar', batch({ ...MARKETING, unit: REFUSED, channels: REFUSED, blended: REFUSED, credits: told(of('attribution', { ...CREDITS, channel: 'website', linear: '2.99' })) }));
    expect(text()).toContain('لا تظهر لدورك');
    expect(page().querySelector('[data-tile=ltv]')).toBeNull();
    expect(page().querySelector('crm-marketing-credits [role=alert]')?.textContent).toContain('لا يساوي مجموع الحصص');
    expect(page().querySelectorAll('crm-ranking button').length).toBe(4);
    expect(text()).not.toMatch(/marketing\.[a-z]|revenue\.[a-z]/);
  });
});
