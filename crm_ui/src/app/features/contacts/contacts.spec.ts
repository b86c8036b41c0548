import { TestBed } from '@angular/core/testing';
import { answerAll, signedIn } from '@testing/record.setup';
import { ContactDetailComponent } from './contact-detail.component';
import { ContactListComponent } from './contact-list.component';

const CONTACT = {
  id: 'c1', full_name: 'Mona Al-Balushi', first_name: 'Mona', last_name: 'Al-Balushi', full_name_ar: 'منى البلوشي', account_id: 'a1', email: 'mona@river.example', phone: null, mobile: '+971559371099', job_title: 'Manager', department: null, locale: 'ar', country_code: 'AE', city: null,
  owner_id: null, lead_source: 'referral', email_opt_in: true, email_opt_in_at: '2026-01-01T00:00:00Z', email_opt_in_source: 'form', sms_opt_in: false, account: { id: 'a1', name: 'River' }, owner: null, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
};

describe('contacts', () => {
  afterEach(() => localStorage.clear());

  it('can be called and written to, read from left to right in both languages', async () => {
    await signedIn('ar');
    const fixture = TestBed.createComponent(ContactDetailComponent);
    fixture.componentRef.setInput('id', 'c1');
    fixture.detectChanges();
    const asked = await answerAll({
      'contacts/c1': CONTACT, 'consent-purposes': { items: [{ id: 'p1', key: 'marketing', name: 'Marketing', name_ar: 'التسويق', channels: ['email'], wordings: [] }], next_cursor: null },
      'contacts/c1/consents': { current: [{ purpose: 'marketing', channel: 'email', state: 'granted', since: '2026-01-01T00:00:00Z', expires_at: null }], history: [] },
    });
    fixture.detectChanges();
    const page = fixture.nativeElement as HTMLElement;
    expect(page.querySelector('h1')?.textContent).toBe('منى البلوشي');
    expect(page.querySelector('crm-fact a.ltr')?.getAttribute('href')).toBe('mailto:mona@river.example');
    expect(page.querySelector('crm-fact a[href="tel:+971559371099"]')).not.toBeNull();
    expect(page.textContent).toContain('موافق');
    expect(asked.some((line) => line.includes('filter[primary_contact_id]=c1'))).toBeTrue();
    expect(asked.some((line) => line.startsWith('GET activities?') && line.includes('filter[contact_id]=c1'))).toBeTrue();
    expect(page.textContent).not.toMatch(/record\.|contacts\./);
  });

  it('are listed by name', async () => {
    await signedIn('en');
    const fixture = TestBed.createComponent(ContactListComponent);
    fixture.detectChanges();
    const asked = await answerAll({ contacts: { items: [CONTACT], next_cursor: null, total: 1 } });
    expect(asked.find((line) => line.startsWith('GET contacts?'))).toContain('sort=full_name');
  });
});
