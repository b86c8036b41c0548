import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { NoticeService } from '@shared/dialog/notice.service';
import { answerAll, EDITOR, signedIn } from '@testing/record.setup';
import { DealDetailComponent } from './deal-detail.component';
import { DealListComponent } from './deal-list.component';
import { LostReasonService } from './lost-reason.component';

const STAGES = [{ id: 's1', name: 'First', name_ar: 'الأولى', position: 1, kind: 'open', probability: 0.1 }, { id: 's2', name: 'Second', name_ar: 'الثانية', position: 2, kind: 'open', probability: 0.5 }, { id: 's3', name: 'Lost', name_ar: 'خاسرة', position: 3, kind: 'lost', probability: 0 }];
const DEAL = {
  id: 'd1', name: 'Big order', account_id: 'a1', primary_contact_id: null, owner_id: 'u1', pipeline_id: 'p1', stage_id: 's1', status: 'open', expected_value: '1250.50', currency: 'USD', close_date: '2020-01-31', closed_at: null, lost_reason: null,
  source: 'referral', product_id: null, forecast_category: null, next_step: null, description: null, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
  account: { id: 'a1', name: 'River' }, owner: { id: 'u1', name: 'Anna' }, primary_contact: null, product: null, campaign: null, pipeline: { id: 'p1', name: 'Sales' }, stage: STAGES[0], win_probability: 0.62,
  score: { probability: 0.62, base_probability: 0.5, scored_at: '2026-01-01T00:00:00Z', reasons: [{ feature: 'source', label_en: 'Source', label_ar: 'المصدر', direction: 'up', contribution: 0.4, value: 'referral' }], model: { state: 'active', version: 1, trained_at: null, message: null } },
};
const ANSWERS = {
  deals: { items: [DEAL], next_cursor: null, total: 1 }, 'deals/d1': DEAL, 'deals/d1/history': { items: [] }, 'deals/d1/timeline': { items: [], next_cursor: null },
  'accounts/a1': { id: 'a1', legal_name: 'River', legal_name_ar: 'النهر' }, users: { items: [{ id: 'u1', name: 'Anna', name_ar: 'آنا', is_active: true }], next_cursor: null }, pipelines: { items: [{ id: 'p1', name: 'Sales', name_ar: null, is_default: true, stages: STAGES }], next_cursor: null },
};

describe('deals', () => {
  afterEach(() => localStorage.clear());

  it('are listed by what the address says, with tabs by status', async () => {
    await signedIn('ar');
    const navigate = spyOn(TestBed.inject(Router), 'navigate').and.resolveTo(true);
    const fixture = TestBed.createComponent(DealListComponent);
    fixture.detectChanges();
    const asked = await answerAll(ANSWERS);
    await fixture.whenStable();
    expect(asked.find((line) => line.startsWith('GET deals?'))).toContain('sort=-created_at');
    const page = fixture.nativeElement as HTMLElement;
    page.querySelectorAll<HTMLElement>('[role=tab]')[1]?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ 'filter[status]': 'open' });
    expect(page.querySelector('crm-page-header .crm-button--primary')).not.toBeNull();
  });

  it('cannot be created by those who only read', async () => {
    await signedIn('en', { deals: { read: 'all' } });
    const fixture = TestBed.createComponent(DealListComponent);
    fixture.detectChanges();
    await answerAll(ANSWERS);
    expect((fixture.nativeElement as HTMLElement).querySelector('crm-page-header button')).toBeNull();
  });

  describe('on their page', () => {
    let fixture: ComponentFixture<DealDetailComponent>;
    const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
    const steps = (): string[] => [...page().querySelectorAll('.step')].map((step) => step.getAttribute('data-state') ?? '');

    async function show(language: 'en' | 'ar', permissions: Record<string, Record<string, string>> = EDITOR): Promise<void> {
      await signedIn(language, permissions);
      fixture = TestBed.createComponent(DealDetailComponent);
      fixture.componentRef.setInput('id', 'd1');
      fixture.detectChanges();
      await answerAll(ANSWERS);
      fixture.detectChanges();
    }

    it('show names, stages and reasons in the language of the reader', async () => {
      await show('ar');
      const text = page().textContent ?? '';
      for (const words of ['الأولى', 'النهر', 'River', 'المصدر', 'توصية', 'آنا']) expect(text).withContext(words).toContain(words);
      expect(text).not.toContain('deals.');
      expect(steps()).toEqual(['current', 'ahead', 'ahead']);
    });

    it('move at once, go back when refused, and can be undone', async () => {
      await show('en');
      const notice = TestBed.inject(NoticeService);
      const failed = spyOn(notice, 'fail');
      page().querySelectorAll<HTMLElement>('.step')[1]?.click();
      fixture.detectChanges();
      expect(steps()).toEqual(['done', 'current', 'ahead']);
      await answerAll({ ...ANSWERS, 'POST deals/d1/stage': new Error('taken') });
      fixture.detectChanges();
      expect(steps()).toEqual(['current', 'ahead', 'ahead']);
      expect(failed).toHaveBeenCalled();

      spyOn(notice, 'undoable').and.resolveTo(true);
      page().querySelectorAll<HTMLElement>('.step')[1]?.click();
      const asked = await answerAll({ ...ANSWERS, 'POST deals/d1/stage': { ...DEAL, stage_id: 's2', stage: STAGES[1], score: null } });
      expect(asked.filter((line) => line.startsWith('POST'))).toEqual(['POST deals/d1/stage {"stage_id":"s2"}', 'POST deals/d1/stage {"stage_id":"s1"}']);
    });

    it('are lost only with a reason', async () => {
      await show('en');
      spyOn(TestBed.inject(NoticeService), 'undoable').and.resolveTo(false);
      const ask = spyOn(TestBed.inject(LostReasonService), 'ask').and.resolveTo(undefined);
      const lost = (): void => page().querySelector<HTMLElement>('.step[data-kind=lost]')?.click();
      lost();
      expect((await answerAll(ANSWERS)).length).toBe(0);
      ask.and.resolveTo('Price');
      lost();
      expect((await answerAll({ ...ANSWERS, 'POST deals/d1/stage': { ...DEAL, status: 'lost', score: null } }))[0]).toBe('POST deals/d1/stage {"stage_id":"s3","lost_reason":"Price"}');
    });

    it('are edited in place by keyboard', async () => {
      await show('en');
      page().querySelector<HTMLElement>('crm-fact button.open')?.click();
      fixture.detectChanges();
      const input = page().querySelector<HTMLInputElement>('crm-fact input');
      if (!input) throw new Error('no input');
      input.value = '١٬٣٠٠';
      input.form?.dispatchEvent(new Event('submit'));
      const asked = await answerAll({ ...ANSWERS, 'PATCH deals/d1': { ...DEAL, expected_value: '1300.00', score: null } });
      fixture.detectChanges();
      expect(asked[0]).toBe('PATCH deals/d1 {"expected_value":"1300.00"}');
      expect(page().querySelector('.amount')?.textContent).toBe('$1,300');
    });

    it('stay as they are for those who only read', async () => {
      await show('en', { deals: { read: 'all' }, pipelines: { read: 'all' } });
      page().querySelectorAll<HTMLElement>('.step')[1]?.click();
      expect((await answerAll(ANSWERS)).length).toBe(0);
      expect(page().querySelector('crm-fact button')).toBeNull();
      expect(page().querySelectorAll('[role=tab]').length).toBe(2);
    });
  });
});
