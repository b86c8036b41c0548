import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { answerAll, Answers } from '@testing/record.setup';
import { testProviders, useLanguage } from '@testing/setup';
import { InvitationComponent } from './invitation.component';

const INVITED: Answers = { 'POST auth/invitation/lookup': { name: 'Lina Saleh', name_ar: 'لينا صالح', email: 'lina@crm.test', expires_at: '2026-12-01T00:00:00Z' } };

describe('an invitation', () => {
  let fixture: ComponentFixture<InvitationComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  afterEach(() => {
    history.replaceState(null, '', location.pathname + location.search);
    localStorage.clear();
  });

  async function open(answers: Answers): Promise<string[]> {
    localStorage.clear();
    history.replaceState(null, '', `${location.pathname}${location.search}#token-1`);
    TestBed.configureTestingModule({ providers: testProviders() });
    await useLanguage('ar');
    fixture = TestBed.createComponent(InvitationComponent);
    fixture.detectChanges();
    const asked = await answerAll(answers);
    fixture.detectChanges();
    return asked;
  }

  function fill(name: string, text: string): void {
    const box = page().querySelector<HTMLInputElement>(`[name=${name}]`);
    if (!box) throw new Error(`no ${name}`);
    box.value = text;
    box.dispatchEvent(new Event('input'));
  }

  it('greets by name, without a session, and takes two equal passwords only', async () => {
    expect(await open(INVITED)).toEqual(['POST auth/invitation/lookup {"token":"token-1"}']);
    expect(page().textContent).toContain('أهلًا لينا صالح');
    const submit = async (): Promise<string[]> => { page().querySelector('form')?.dispatchEvent(new Event('submit')); const asked = await answerAll(INVITED); fixture.detectChanges(); return asked; };
    fill('password', 'violet harbour cactus');
    expect(await submit()).toEqual([]);
    expect(page().textContent).toContain('الكلمتان غير متطابقتين');
    fill('again', 'violet harbour cactus');
    const left = spyOn(TestBed.inject(Router), 'navigateByUrl').and.resolveTo(true);
    expect(await submit()).toEqual(['POST auth/invitation {"token":"token-1","password":"violet harbour cactus"}']);
    expect(left).toHaveBeenCalledWith('/login');
  });

  it('says that it is over and leads to the login', async () => {
    await open({ 'POST auth/invitation/lookup': new Error('over') });
    expect(page().querySelector('crm-problem')).not.toBeNull();
    expect([page().querySelector('form'), page().querySelector('a')?.getAttribute('href')]).toEqual([null, '/login']);
  });
});
