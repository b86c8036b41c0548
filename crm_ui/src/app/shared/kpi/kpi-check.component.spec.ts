import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideTranslateService, TranslateService } from '@ngx-translate/core';
import { KpiCheckComponent } from './kpi-check.component';

describe('KpiCheckComponent', () => {
  async function shown(kpis: readonly object[] | null): Promise<string> {
    TestBed.configureTestingModule({ imports: [KpiCheckComponent], providers: [provideHttpClient(), provideHttpClientTesting(), provideTranslateService()] });
    const translate = TestBed.inject(TranslateService);
    translate.setTranslation('en', { home: { recomputed: { equal: 'equal, {{compared}} numbers', different: 'not equal' } } });
    translate.use('en');
    const fixture = TestBed.createComponent(KpiCheckComponent);
    fixture.componentRef.setInput('member', 'deals.won_amount');
    fixture.detectChanges();
    const request = TestBed.inject(HttpTestingController).expectOne((one) => one.url.endsWith('/analytics/proof'));
    if (kpis) request.flush({ kpis });
    else request.flush({ detail: 'down' }, { status: 503, statusText: 'down' });
    await fixture.whenStable();
    fixture.detectChanges();
    return (fixture.nativeElement as HTMLElement).textContent.trim();
  }
  const check = (kpi: string, equal: boolean): object => ({ kpi, equal, committed_at: '2026-01-02T03:04:05Z', compared: 12, different: equal ? 0 : 1 });

  it('says that the KPI itself was recomputed and equal, not another one', async () => {
    expect(await shown([check('deals.count', false), check('deals.won_amount', true)])).toBe('equal, 12 numbers');
  });

  it('says that it was not equal', async () => {
    expect(await shown([check('deals.won_amount', false)])).toBe('not equal');
  });

  it('says nothing while the KPI is not proven or nobody can tell', async () => {
    expect(await shown([check('deals.count', true)])).toBe('');
    TestBed.resetTestingModule();
    expect(await shown(null)).toBe('');
  });
});
