import { TestBed } from '@angular/core/testing';
import { answerAll, signedIn } from '@testing/record.setup';
import { RecordPanelService } from '../record/panel.service';
import { RecordFormData } from '../record/record-form.component';
import { ConsentCardComponent } from './consent-card.component';
import { momentOf, toneOfConsent } from './consent.model';

const PURPOSES = { items: [
  { id: 'p1', key: 'marketing', name: 'Marketing', name_ar: 'التسويق', description: null, description_ar: null, channels: ['email', 'sms'], legal_basis: 'consent', valid_days: null, wordings: [{ id: 'w1', version: '2026-01', locale: 'en', body: 'Yes.', hash: 'a'.repeat(64), created_at: '2026-01-01T00:00:00Z' }] },
], next_cursor: null };
const CONSENTS = {
  current: [{ purpose: 'marketing', channel: 'email', state: 'granted', since: '2026-01-02T00:00:00Z', expires_at: null }, { purpose: 'marketing', channel: 'sms', state: 'none', since: null, expires_at: null }],
  history: [{ id: 's1', purpose: 'marketing', channel: 'email', state: 'granted', legal_basis: 'consent', occurred_at: '2026-01-02T00:00:00Z', expires_at: null, source: 'form', wording_version: '2026-01', wording_hash: 'a'.repeat(64), reference: 'form 7', ip: '203.0.113.5', actor: null }],
};

describe('the card of consent', () => {
  afterEach(() => localStorage.clear());

  async function open(language: 'en' | 'ar', mayWrite: boolean): Promise<{ page: HTMLElement; card: import('@angular/core/testing').ComponentFixture<ConsentCardComponent> }> {
    await signedIn(language);
    const card = TestBed.createComponent(ConsentCardComponent);
    card.componentRef.setInput('path', 'contacts/c1');
    card.componentRef.setInput('mayWrite', mayWrite);
    card.detectChanges();
    await answerAll({ 'contacts/c1/consents': CONSENTS, 'consent-purposes': PURPOSES });
    card.detectChanges();
    return { page: card.nativeElement as HTMLElement, card };
  }

  it('shows what holds now and the proof of each statement, in both languages', async () => {
    const { page } = await open('ar', false);
    expect(page.querySelector('[data-consent="marketing:email"]')?.textContent).toContain('موافق');
    expect(page.querySelector('[data-consent="marketing:sms"]')?.textContent).toContain('لم يُسأل');
    expect(page.querySelector('h3')?.textContent).toBe('التسويق');
    const proof = page.querySelector('details')?.textContent ?? '';
    for (const words of ['نموذج على الويب', '2026-01', 'aaaaaaaaaaaa…', 'form 7', '203.0.113.5']) expect(proof).withContext(words).toContain(words);
    expect(page.querySelectorAll('button').length).withContext('who may not write has nothing to press').toBe(0);
    expect(page.textContent).not.toMatch(/consent\./);
  });

  it('records a withdrawal as the person said it', async () => {
    const { page, card } = await open('en', true);
    const sent: unknown[] = [];
    spyOn(TestBed.inject(RecordPanelService), 'open').and.callFake(async <T,>(data: RecordFormData<T>): Promise<T | undefined> => {
      expect(data.values['about']).toBe('marketing:email');
      expect(data.values['state']).toBe('withdrawn');
      sent.push(data.fields.map((field) => field.name));
      return data.save({ source: 'phone', day: '2026-02-03', wording: '2026-01|en' });
    });
    let told = 0;
    card.componentInstance.recorded.subscribe(() => { told += 1; });
    page.querySelector<HTMLButtonElement>('[data-consent="marketing:email"] button')?.click();
    const asked = await answerAll({ 'contacts/c1/consents': CONSENTS, 'consent-purposes': PURPOSES, 'POST contacts/c1/consents': CONSENTS.history[0] });
    const body = JSON.parse((asked.find((line) => line.startsWith('POST contacts/c1/consents ')) ?? '').replace('POST contacts/c1/consents ', '')) as Record<string, string>;
    expect(body).toEqual({ purpose: 'marketing', channel: 'email', state: 'withdrawn', source: 'phone', occurred_at: new Date(2026, 1, 3, 12).toISOString(), wording_version: '2026-01', wording_locale: 'en' });
    expect([told, asked.filter((line) => line.startsWith('GET contacts/c1/consents')).length]).toEqual([1, 1]);
    expect(sent).toEqual([['about', 'state', 'day', 'source', 'wording', 'reference']]);
  });

  it('takes a day for its noon, and today for now', () => {
    const now = new Date(2026, 5, 1, 9);
    expect(momentOf('2026-06-01', now)).toBeUndefined();
    expect(momentOf('2026-05-31', now)).toBe(new Date(2026, 4, 31, 12).toISOString());
    expect(momentOf(null, now)).toBeUndefined();
    expect([toneOfConsent('granted'), toneOfConsent('expired'), toneOfConsent('none')]).toEqual(['won', 'stale', 'neutral']);
  });
});
