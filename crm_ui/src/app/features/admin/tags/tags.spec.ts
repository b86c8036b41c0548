import { ComponentFixture, TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { Language } from '@core/i18n/locale.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { TagListComponent } from './tag-list.component';

const tag = (id: string, name: string, color: string | null, records: number): object => ({ id, name, color, records, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' });
const KEY = tag('t1', 'Key account', '#1d4ed8', 3);
const ANSWERS: Answers = { tags: { items: [KEY, tag('t2', 'Old', null, 0)], next_cursor: null }, 'tags/t1': KEY };
const ALL = { read: 'all', write: 'all', delete: 'all' };

describe('the tags of administration', () => {
  let fixture: ComponentFixture<TagListComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;

  async function open(language: Language, permissions: Record<string, Record<string, string>> = { tags: ALL }, answers: Answers = ANSWERS): Promise<void> {
    await signedIn(language, permissions);
    fixture = TestBed.createComponent(TagListComponent);
    fixture.detectChanges();
    await answerAll(answers);
    fixture.detectChanges();
  }

  /** Opens the menu of the first tag and gives its lines. */
  async function menu(): Promise<HTMLElement[]> {
    page().querySelector<HTMLElement>('[aria-haspopup]')?.click();
    fixture.detectChanges();
    await settle();
    return [...document.querySelectorAll<HTMLElement>('.mat-mdc-menu-panel [mat-menu-item]')];
  }

  async function submit(values: Record<string, string>, answers: Answers = ANSWERS): Promise<string[]> {
    await settle();
    const form = document.querySelector('crm-record-form form');
    for (const [selector, value] of Object.entries(values)) {
      const box = form?.querySelector<HTMLInputElement>(selector);
      if (box) { box.value = value; box.dispatchEvent(new Event(box.tagName === 'SELECT' ? 'change' : 'input')); }
    }
    await settle();
    form?.dispatchEvent(new Event('submit'));
    return answerAll(answers);
  }

  afterEach(() => {
    TestBed.inject(MatDialog).closeAll();
    fixture.destroy();
    localStorage.clear();
  });

  it('are listed by name and colour, with how many records carry them', async () => {
    await open('ar');
    expect([...page().querySelectorAll('crm-tag-chip')].map((one) => [one.textContent, one.querySelector<HTMLElement>('.crm-tag-dot')?.style.background])).toEqual([['Key account', 'rgb(29, 78, 216)'], ['Old', 'var(--crm-text-3)']]);
    for (const words of ['الوسوم', '3 سجلات', 'لا سجلات']) expect(page().textContent).withContext(words).toContain(words);
    expect(page().textContent).not.toMatch(/extend\.|record\.|shared\./);
  });

  it('are made with a name, and a colour where one is chosen', async () => {
    await open('en');
    page().querySelector<HTMLElement>('[data-test=new-tag]')?.click();
    expect(await submit({})).withContext('no name').toEqual([]);
    const asked = await submit({ 'input[type=text]': 'Partner', 'input[type=color]': '#047857' }, { ...ANSWERS, 'POST tags': KEY });
    expect(asked).toEqual(['POST tags {"name":"Partner","color":"#047857"}', 'GET tags']);
  });

  it('are renamed and lose their colour, against the version that was read', async () => {
    await open('en');
    (await menu())[0]?.click();
    await settle();
    backend().expectOne('/crm/v1/tags/t1').flush(KEY, { headers: { ETag: '"7.x"' } });
    await settle();
    document.querySelector<HTMLElement>('crm-record-form .color button')?.click();
    await settle();
    document.querySelector('crm-record-form form')?.dispatchEvent(new Event('submit'));
    await settle();
    const sent = backend().expectOne({ method: 'PATCH', url: '/crm/v1/tags/t1' });
    expect([sent.request.body, sent.request.headers.get('If-Match')]).toEqual([{ color: null }, '"7.x"']);
    sent.flush(KEY);
    expect(await answerAll(ANSWERS)).toEqual(['GET tags']);
  });

  it('merge into another one that is chosen', async () => {
    await open('en');
    (await menu())[1]?.click();
    await settle();
    expect([...document.querySelectorAll('crm-record-form option')].map((one) => one.textContent?.trim())).toEqual(['Not chosen', 'Old (0)']);
    const asked = await submit({ select: 't2' }, { ...ANSWERS, 'POST tags/t1/merge': tag('t2', 'Old', null, 3) });
    expect(asked).toEqual(['POST tags/t1/merge {"into":"t2"}', 'GET tags']);
  });

  it('are deleted after a question that says on how many records they are now', async () => {
    await open('en');
    const ask = spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(false);
    (await menu())[2]?.click();
    const now: Answers = { ...ANSWERS, 'tags/t1': tag('t1', 'Key account', null, 1204), 'DELETE tags/t1': null };
    expect(await answerAll(now)).toEqual(['GET tags/t1']);
    expect(ask.calls.mostRecent().args[0]).toEqual(jasmine.objectContaining({ title: 'Delete the tag Key account?', danger: true }));
    expect(ask.calls.mostRecent().args[0].text).toContain('1,204 records');
    ask.and.resolveTo(true);
    (await menu())[2]?.click();
    expect(await answerAll(now)).toEqual(['GET tags/t1', 'DELETE tags/t1', 'GET tags']);
  });

  it('offer only what the reader may do, and say where there are none', async () => {
    await open('en', { tags: { read: 'all' } });
    expect(page().querySelector('[data-test=new-tag], [aria-haspopup], button.name')).toBeNull();
    expect(page().querySelectorAll('crm-tag-chip').length).toBe(2);
    fixture.destroy();
    TestBed.resetTestingModule();
    await open('en', { tags: ALL }, { tags: { items: [], next_cursor: null } });
    expect(page().querySelector('crm-empty')?.textContent).toContain('No tags yet');
  });
});
