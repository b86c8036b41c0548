import { ComponentFixture, TestBed } from '@angular/core/testing';
import { DialogService } from '@shared/dialog/dialog.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { MailsComponent } from './mails.component';
import { Schedule } from '@shared/schedule/schedule.model';
import { ScheduleFormComponent } from '@shared/schedule/schedule-form.component';
import { ScheduleFormData, ScheduleOpener } from '@shared/schedule/schedule.opener';
import { SchedulesComponent } from './schedules.component';

const MAY = { schedules: { read: 'own', write: 'own', delete: 'own', export: 'own' }, users: { read: 'all' }, dashboards: { read: 'own' }, reports: { read: 'all', export: 'all' } };
const ONE: Schedule = {
  id: 's1', name: 'Monday', dashboard: { id: 'd1', name: 'Executive', name_ar: 'لوحة الإدارة' }, report: null, recipients: [{ id: 'u1', name: 'Me' }], cadence: { every: 'week', weekday: 1, hour: 7 }, locale: 'ar', files: ['xlsx'], is_enabled: true, time_zone: 'UTC',
  next_run_at: '2026-12-07T07:00:00Z', problem: 'mail_server_unavailable',
};
const SENT = { id: 'x1', recipient: { id: 'u1', name: 'Me' }, run_at: '2026-01-01T00:00:00Z', trigger: 'person', state: 'sent', attempts: 1, problem: null, watermark: { committed_at: '2026-01-01T00:00:00Z' }, files: [{ name: 'figures.xlsx' }] };
const MAIL = { id: 'm1', subject: 'Executive', created_at: '2026-01-01T00:00:00Z', from: 'crm@localhost', to: 'me@x', html: '<p>42</p><script>document.title = "run"</script>', attachments: [{ position: 0, name: 'figures.xlsx', byte_count: 5 }] };
const ANSWERS: Answers = { schedules: { items: [ONE], next_cursor: null }, 'schedules/s1/deliveries': { items: [SENT], next_cursor: null }, dashboards: { items: [{ id: 'd1', name: 'Executive', name_ar: 'لوحة الإدارة' }], next_cursor: null }, 'demo-mails': { items: [MAIL], next_cursor: null }, 'demo-mails/m1': MAIL };

async function shown<T>(fixture: ComponentFixture<T>): Promise<HTMLElement> {
  fixture.detectChanges();
  await answerAll(ANSWERS);
  fixture.detectChanges();
  return fixture.nativeElement as HTMLElement;
}
const press = (page: HTMLElement, test: string): void => { page.querySelector<HTMLElement>(`[data-test=${test}]`)?.click(); };

describe('dashboards by e-mail', () => {
  afterEach(() => localStorage.clear());

  it('say in Arabic what is sent when, and why the last was not', async () => {
    await signedIn('ar', MAY);
    const page = await shown(TestBed.createComponent(SchedulesComponent));
    expect(page.textContent).toContain('لوحة الإدارة');
    expect(page.textContent).toContain('كل الاثنين الساعة');
    expect(page.textContent).toContain('تعذّر الوصول إلى خادم البريد');
  });

  it('are sent at once, and what was sent is shown', async () => {
    await signedIn('en', MAY);
    const fixture = TestBed.createComponent(SchedulesComponent);
    const page = await shown(fixture);
    press(page, 'send-now');
    expect(await answerAll({ ...ANSWERS, 'POST schedules/s1/send': ONE })).toEqual(['POST schedules/s1/send {}', 'GET schedules/s1/deliveries', 'GET schedules']);
    fixture.detectChanges();
    expect(page.querySelector('.sent')?.textContent).toMatch(/Sent.*Me.*sent by hand.*1 file.*complete up to/);
  });

  it('are set up for oneself first, by weekday and hour, with the files that one may export', async () => {
    await signedIn('en', MAY);
    TestBed.inject(DialogService).openAside<ScheduleFormComponent, ScheduleFormData, Schedule>(ScheduleFormComponent, { data: { schedule: null, report: null }, width: '600px', ariaLabelledBy: 'crm-schedule-form-title', autoFocus: 'first-heading' });
    TestBed.tick();
    await answerAll(ANSWERS);
    TestBed.tick();
    const page = document.querySelector<HTMLElement>('crm-schedule-form') ?? document.body;
    press(page, 'save-schedule');
    TestBed.tick();
    expect(page.textContent).toContain('Choose what is sent');
    for (const [test, value] of [['source', 'dashboard:d1'], ['weekday', '7'], ['hour', '18']] as const) {
      const select = page.querySelector<HTMLSelectElement>(`[data-test=${test}]`);
      if (!select) throw new Error(`there is no ${test}`);
      select.value = value;
      select.dispatchEvent(new Event('change'));
    }
    press(page, 'csv');
    TestBed.tick();
    press(page, 'save-schedule');
    expect(await answerAll({ ...ANSWERS, 'POST schedules': ONE })).toEqual(['POST schedules {"name":"Executive","dashboard_id":"d1","recipient_ids":["u1"],"cadence":{"every":"week","weekday":7,"hour":18},"locale":"own","files":["csv"]}']);
  });

  it('send a saved report with the files of its export, in the language of each, from its own menu', async () => {
    await signedIn('ar', MAY);
    const report = { id: 'r1', name: 'Win rate', name_ar: 'معدل الربح' };
    void TestBed.inject(ScheduleOpener).open({ schedule: null, report });
    while (!document.querySelector('crm-schedule-form')) await new Promise((resolve) => setTimeout(resolve, 10));
    TestBed.tick();
    await answerAll({ ...ANSWERS, 'reports?limit=100': { items: [], next_cursor: null } });
    TestBed.tick();
    const page = document.querySelector<HTMLElement>('crm-schedule-form') ?? document.body;
    expect(page.textContent).toContain('يجب أن يكون التقرير مشارَكًا');
    press(page, 'pdf');
    TestBed.tick();
    press(page, 'save-schedule');
    expect(await answerAll({ ...ANSWERS, 'POST schedules': ONE })).toEqual(['POST schedules {"name":"معدل الربح","report_id":"r1","recipient_ids":["u1"],"cadence":{"every":"week","weekday":1,"hour":7},"locale":"own","files":["pdf"]}']);
  });

  it('are read in a frame that runs nothing', async () => {
    await signedIn('en', MAY);
    const fixture = TestBed.createComponent(MailsComponent);
    const page = await shown(fixture);
    press(page, 'mail');
    await answerAll(ANSWERS);
    fixture.detectChanges();
    const frame = page.querySelector('iframe');
    expect([frame?.getAttribute('sandbox'), frame?.srcdoc.includes("default-src 'none'"), frame?.srcdoc.includes('42')]).toEqual(['', true, true]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(document.title).not.toBe('run');
    expect(page.textContent).toContain('figures.xlsx');
  });
});
