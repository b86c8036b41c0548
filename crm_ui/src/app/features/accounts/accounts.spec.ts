import { TestBed } from '@angular/core/testing';
import { answerAll, signedIn } from '@testing/record.setup';
import { AccountDetailComponent } from './account-detail.component';
import { AccountListComponent } from './account-list.component';

const ACCOUNT = {
  id: 'a1', legal_name: 'River Networks', legal_name_ar: 'شبكات النهر', region: 'Gulf', country_code: 'SA', city: 'Riyadh', industry: 'Retail', size_tier: 'small', employee_count: 12, annual_revenue: '1000.00', currency: 'SAR', founded_year: 1999,
  website: 'https://www.river.example/', phone: '+966500000000', description: null, lifecycle: 'customer', became_customer_at: null, parent_id: null, owner_id: null, owner: null, parent: null, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
};

describe('accounts', () => {
  afterEach(() => localStorage.clear());

  it('show both names, the words of their values, and what belongs to them', async () => {
    await signedIn('ar');
    const fixture = TestBed.createComponent(AccountDetailComponent);
    fixture.componentRef.setInput('id', 'a1');
    fixture.detectChanges();
    const asked = await answerAll({ 'accounts/a1': ACCOUNT });
    fixture.detectChanges();
    const page = fixture.nativeElement as HTMLElement;
    expect(page.querySelector('h1')?.textContent).toBe('شبكات النهر');
    for (const words of ['River Networks', 'الخليج', 'المملكة العربية السعودية', 'التجزئة', 'river.example']) expect(page.textContent).withContext(words).toContain(words);
    expect(page.querySelector('a[href^="tel:"]')?.getAttribute('href')).toBe('tel:+966500000000');
    expect(asked.some((line) => line.includes('filter[account_id]=a1&filter[status]=open'))).toBeTrue();
    expect(asked.some((line) => line.startsWith('GET contacts?') && line.includes('filter[account_id]=a1'))).toBeTrue();
    expect(page.textContent).not.toMatch(/record\.|accounts\./);
  });

  it('say that a record is not there', async () => {
    await signedIn('en');
    const fixture = TestBed.createComponent(AccountDetailComponent);
    fixture.componentRef.setInput('id', 'a1');
    fixture.detectChanges();
    await answerAll({ 'accounts/a1': new Error('gone') });
    fixture.detectChanges();
    expect((fixture.nativeElement as HTMLElement).querySelector('crm-problem')).not.toBeNull();
  });

  it('are offered for import where there is none', async () => {
    await signedIn('en', { accounts: { read: 'all', write: 'all' }, imports: { write: 'all' } });
    const fixture = TestBed.createComponent(AccountListComponent);
    fixture.detectChanges();
    await answerAll({});
    fixture.detectChanges();
    expect((fixture.nativeElement as HTMLElement).querySelector('crm-empty a')?.getAttribute('href')).toBe('/admin/imports');
  });
});
