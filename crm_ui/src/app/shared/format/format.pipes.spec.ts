import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { testProviders, useLanguage } from '@testing/setup';
import { CompactPipe, CountPipe, DatePipe, DaysPipe, MoneyPipe, NumberPipe, PercentPipe, RelativePipe, ValuePipe } from './format.pipes';

@Component({
  imports: [CompactPipe, CountPipe, DatePipe, DaysPipe, MoneyPipe, NumberPipe, PercentPipe, RelativePipe, ValuePipe],
  template: `{{ 1234 | crmNumber }}|{{ '12.5' | crmMoney: 'EUR' }}|{{ 5 | crmMoney }}|{{ 1200 | crmCompact }}|{{ 0.5 | crmPercent }}|{{ 3 | crmDays }}|{{ '2026-01-02' | crmDate }}|{{ null | crmRelative }}|{{ (7 | crmCount).text }}|{{ 'North Africa' | crmValue: 'region' }}|{{ 'Own' | crmValue: 'source' }}|{{ null | crmValue: 'source' }}`,
})
class HostComponent {}

describe('format pipes', () => {
  afterEach(() => localStorage.clear());

  it('follow language and digits while the page stands', async () => {
    TestBed.configureTestingModule({ providers: testProviders() });
    const locale = await useLanguage('en');
    const fixture = TestBed.createComponent(HostComponent);
    await fixture.whenStable();
    expect(fixture.nativeElement.textContent).toBe('1,234|€12.50|$5|1.2K|50%|3 days|Jan 2, 2026|–|7|North Africa|Own|–');
    await locale.choose('ar');
    locale.digits.set('arab');
    await fixture.whenStable();
    expect(fixture.nativeElement.textContent).toContain('١٬٢٣٤');
    expect(fixture.nativeElement.textContent).toContain('٧');
    expect(fixture.nativeElement.textContent).toContain('شمال أفريقيا');
  });
});
