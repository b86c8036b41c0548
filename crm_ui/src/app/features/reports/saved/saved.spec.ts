import { Location } from '@angular/common';
import { TestBed } from '@angular/core/testing';
import { Language } from '@core/i18n/locale.service';
import { answerAll, Answers } from '@testing/record.setup';
import { backend } from '@testing/setup';
import { answered, answerTo, chips, drawn, MAY, one, opened, page, press, type, until } from '@testing/report.setup';
import { EMPTY } from '../definition/definition.model';
import { folderTree, movedPins, ReportFolder, SavedReport, VersionChange, within } from './saved.model';

const me = { id: 'u1', name: 'Me' };
const FOLDERS = [{ id: 'f2', name: 'Monday', name_ar: 'الاثنين', parent_id: 'f1', owner: me, may: 'view' }, { id: 'f1', name: 'Sales', name_ar: null, parent_id: null, owner: me, may: 'manage' }] as const satisfies readonly ReportFolder[];
// The keys of a definition come in the order of the database.
const REPORT: SavedReport = {
  id: 'r1', name: 'Won by region', name_ar: 'المربوح حسب المنطقة', description: null, description_ar: null, folder_id: 'f1', owner: me, may: 'manage', version: 3, view: 'deals', shape: 'pivot', updated_at: '2026-01-01T00:00:00Z', pins: { 'deals.won_amount': 1 },
  definition: { ...EMPTY, show: { shape: 'pivot' }, values: [{ measure: 'deals.won_amount', key: 'won' }], rows: [{ member: 'deals.region' }], view: 'deals' },
};
const VERSION = { version: 3, note: 'Back to the pivot', restored_from: 1, author: me, created_at: '2026-01-01T00:00:00Z' };
const CHANGES: readonly VersionChange[] = [
  { what: 'shape', action: 'changed', from: 'bar', to: 'pivot' }, { what: 'split', action: 'added', from: null, to: { member: 'deals.closed_at', grain: 'month', on: 'columns', at: 0 } },
  { what: 'condition', action: 'removed', from: { member: 'deals.region', operator: 'equals', values: ['MENA'] }, to: null }, { what: 'pin', action: 'changed', measure: 'deals.won_amount', from: 1, to: 2 },
  { what: 'top', action: 'changed', from: null, to: { value: 'won', n: 5, others: true, order: 'desc' } }, { what: 'period', action: 'changed', from: null, to: { member: 'deals.closed_at', range: 'thisYear' } },
];
const ANSWERS: Answers = {
  'reports/r1': REPORT, 'report-folders': { items: FOLDERS, next_cursor: null }, 'reports/r1/versions': { items: [VERSION, { ...VERSION, version: 2, note: null, restored_from: null }], next_cursor: null },
  'reports/r1/versions/3': { ...VERSION, definition: REPORT.definition, pins: {}, against: 2, changes: CHANGES }, 'reports/r1/versions/2': { ...VERSION, version: 2, definition: REPORT.definition, pins: {}, against: null, changes: null },
  'reports/r1/shares': { shares: [{ role: 'analyst', may: 'view', name: null }, { user_id: 'u2', may: 'edit', name: 'Sara' }] }, 'report-audience': { roles: [{ key: 'analyst', name: 'Analyst', name_ar: 'محلل' }, { key: 'finance', name: 'Finance', name_ar: 'المالية' }] },
};
const plain = (text: string | null | undefined): string => (text ?? '').replace(/[\u2066-\u2069]/g, '');

/** Opens the report with its answer. */
async function shown(language: Language = 'en', may: SavedReport['may'] = 'manage', permissions: Parameters<typeof opened>[2] = MAY): Promise<void> {
  const open = opened('/reports/r1', language, permissions);
  const request = await until(() => backend().match('/crm/v1/reports/r1')[0]).catch(() => null);
  request?.flush({ ...REPORT, may }, { headers: { ETag: '"7"' } });
  await open;
  await answered();
}
const more = async (what: string): Promise<void> => {
  await press('[data-test=more]');
  await press(`[data-test=${what}]`);
};

describe('a saved report', () => {
  it('opens as it was saved, warns of what is counted otherwise, and keeps a change as a new version', async () => {
    await shown();
    expect([page.querySelector('h1')?.textContent, chips('rows'), page.querySelector('.mark')]).toEqual(['Won by region', ['Region'], null]);
    expect(plain(one('.pins').textContent)).toContain('Won revenue (definition 1 → 2)');
    expect(TestBed.inject(Location).path()).withContext('what is saved needs no words').toBe('/reports/r1');
    await press('[data-field="deals.won_count"]');
    expect(page.querySelector('.mark')?.textContent).toBe('Not saved');
    await answered();
    await press('[data-test=save]');
    const request = await until(() => backend().match((one) => one.method === 'PATCH')[0]);
    expect([request.request.headers.get('If-Match'), (request.request.body as SavedReport).definition.values.length]).toEqual(['"7"', 2]);
    // The database gives the keys back in another order.
    const { values, ...rest } = (request.request.body as SavedReport).definition;
    request.flush({ ...REPORT, version: 4, pins: { 'deals.won_amount': 2 }, definition: { ...rest, values: values.map((value) => Object.fromEntries(Object.entries(value).reverse())) } });
    await answerAll(ANSWERS);
    await until(() => TestBed.inject(Location).path() === '/reports/r1');
    expect([page.querySelector('.mark'), page.querySelector('.pins'), (one('[data-test=undo]') as HTMLButtonElement).disabled]).toEqual([null, null, false]);
  });

  it('that may only be viewed is kept as a copy of one’s own', async () => {
    await shown('en', 'view');
    await press('[data-field="deals.won_count"]');
    await answered();
    expect(one('[data-test=save]').textContent?.trim()).toBe('Save as…');
    one('[data-test=save]').click();
    await answerAll(ANSWERS);
    expect((one('crm-record-form input') as HTMLInputElement).value).toBe('Won by region (copy)');
    one('crm-record-form [type=submit]').click();
    const posted = (await answerAll({ ...ANSWERS, 'POST reports': { ...REPORT, id: 'r2', may: 'manage' }, 'reports/r2': { ...REPORT, id: 'r2' } })).find((line) => line.startsWith('POST reports')) ?? '';
    expect(JSON.parse(posted.slice(posted.indexOf('{')))).toEqual(jasmine.objectContaining({ name: 'Won by region (copy)', definition: jasmine.objectContaining({ view: 'deals' }) as unknown }));
    await until(() => TestBed.inject(Location).path().startsWith('/reports/r2'));
  });

  it('tells in words what each version changed, and goes back to one', async () => {
    await shown();
    await more('versions');
    await until(() => document.querySelector('crm-versions-panel'));
    await answerAll(ANSWERS);
    await press('[data-look="3"]');
    await answerAll(ANSWERS);
    const lines = [...document.querySelectorAll('crm-versions-panel ul li')].map((line) => plain(line.textContent));
    expect(lines).toEqual(['Shape: Columns became Pivot', 'Closed by month: added to Columns', 'Region is MENA: removed from Conditions', 'Won revenue: counted by definition 1, now by 2', 'First rows: All rows became the largest 5 by Won revenue, with the rest as one row', 'Period: All time became This year by Closed']);
    await press('[data-restore="2"]');
    expect(await answerAll({ ...ANSWERS, 'POST reports/r1/versions/2/restore': { ...REPORT, version: 4, definition: { ...REPORT.definition, rows: [{ member: 'deals.owner' }] } } })).toContain('POST reports/r1/versions/2/restore {}');
    await drawn();
    expect(chips('rows')).toEqual(['Owner']);
    await answered();
  });

  it('is shared with roles, teams and people, to view or to edit', async () => {
    await shown('ar');
    await more('share');
    await answerAll(ANSWERS);
    await until(() => document.querySelector('crm-share-panel'));
    expect(document.querySelector('crm-share-panel')?.textContent).toContain('محلل');
    await type('[data-test=share-role]', 'finance', 'change');
    await type('[data-may="role analyst"]', 'edit', 'change');
    await press('crm-share-panel li:nth-child(2) button');
    await press('[data-test=share-save]');
    expect(await answerAll({ ...ANSWERS, 'PUT reports/r1/shares': { shares: [] } })).toContain('PUT reports/r1/shares {"shares":[{"role":"analyst","may":"edit"},{"role":"finance","may":"view"}]}');
  });

  it('is shown in other pages by a token that names them, told once and ended again', async () => {
    const token = { id: 'e1', version: null, origins: ['https://a.example', 'https://b.example'], locale: 'en', created_at: '2026-01-01T00:00:00Z', expires_at: '2026-01-01T01:00:00Z', last_used_at: null };
    const answers: Answers = { ...ANSWERS, 'embed-tokens': { items: [token], next_cursor: null }, 'POST reports/r1/embed-tokens': { ...token, token: 'a.b.c' }, 'DELETE embed-tokens/e1': {} };
    await shown('en', 'view', { reports: { read: 'all', export: 'all' } });
    await more('embed');
    await until(() => document.querySelector('crm-embed-panel'));
    await answerAll(answers);
    await type('[data-test=embed-origins]', 'https://a.example\n https://b.example\n');
    await press('[data-test=embed-make]');
    expect(await answerAll(answers)).toContain('POST reports/r1/embed-tokens {"origins":["https://a.example","https://b.example"],"seconds":3600,"locale":"en","version":null}');
    await drawn();
    expect(document.querySelector('[data-snippet=html]')?.textContent).toContain(`<script src="${location.origin}/embed/crm-embed.js" defer></script>\n<crm-report token="a.b.c" locale="en"></crm-report>`);
    expect(document.querySelector('[data-snippet=react]')?.textContent).toContain(`apiUrl="${location.origin}/crm/v1"`);
    await press('[data-test=embed-revoke]');
    expect(await answerAll(answers)).toContain('DELETE embed-tokens/e1');
  });

  it('is deleted after a question', async () => {
    await shown();
    await more('delete');
    await press('crm-confirm .crm-button--danger');
    expect(await answerAll({ ...ANSWERS, 'DELETE reports/r1': {} })).toContain('DELETE reports/r1');
    await until(() => TestBed.inject(Location).path() === '/reports');
  });

  it('offers neither saving nor sharing to who may only read', async () => {
    await shown('en', 'manage', { reports: { read: 'own' } });
    await press('[data-test=more]');
    expect([page.querySelector('[data-test=save]'), ...['share', 'rename', 'delete', 'save-as', 'embed'].map((what) => document.querySelector(`[data-test=${what}]`))]).toEqual([null, null, null, null, null, null]);
    expect(document.querySelector('[data-test=versions]')).not.toBeNull();
  });
});

describe('the list of reports', () => {
  it('shows folders as a tree and reports of a folder, and finds by name', async () => {
    const open = opened('/reports', 'ar');
    await until(() => document.querySelector('crm-report-list'));
    await answerAll({ ...ANSWERS, reports: { items: [REPORT], next_cursor: null } });
    await open;
    expect([...page.querySelectorAll('nav bdi')].map((name) => name.textContent)).toEqual(['Sales', 'الاثنين']);
    expect(one('.all a').textContent).toBe('المربوح حسب المنطقة');
    one('[data-folder=f2]').click();
    expect(await answerAll(ANSWERS)).toEqual(['GET reports?limit=200&folder_id=f2']);
    await drawn();
    expect(page.textContent).toContain('لا تقارير بعد');
    await type('[data-test=find-report]', 'مربوح');
    const request = await until(() => backend().match(({ url }) => url === '/crm/v1/reports')[0]);
    expect(decodeURIComponent(request.request.urlWithParams)).withContext('in all folders').toBe('/crm/v1/reports?limit=200&q=مربوح');
    request.flush({ items: [], next_cursor: null });
    await drawn();
    expect(page.textContent).toContain('جرّب جزءًا من اسمه');
  });

  it('makes folders, and shows more where there is more', async () => {
    const open = opened('/reports');
    await until(() => document.querySelector('crm-report-list'));
    await answerAll({ ...ANSWERS, reports: { items: [REPORT], next_cursor: 'c' } });
    await open;
    one('.more').click();
    expect(await answerAll({ ...ANSWERS, reports: { items: [{ ...REPORT, id: 'r9', name: 'Another' }], next_cursor: null } })).toEqual(['GET reports?limit=200&cursor=c']);
    await drawn();
    expect([...page.querySelectorAll('.all a')].map((name) => name.textContent)).toEqual(['Won by region', 'Another']);
    await press('[data-test=new-folder]');
    await type('crm-record-form input', 'Finance');
    one('crm-record-form [type=submit]').click();
    expect(await answerAll({ ...ANSWERS, 'POST report-folders': { ...FOLDERS[1], id: 'f3' } })).toContain('POST report-folders {"name_ar":null,"parent_id":null,"name":"Finance"}');
  });

  it('moves reports and folders to where they may stand, and leads to what keeps a folder from being deleted', async () => {
    const open = opened('/reports', 'en', MAY);
    await until(() => document.querySelector('crm-report-list'));
    const other = { id: 'f3', name: 'Support', name_ar: null, parent_id: null, owner: me, may: 'manage' as const };
    const answers = { ...ANSWERS, reports: { items: [REPORT], next_cursor: null }, 'report-folders': { items: [...FOLDERS, other], next_cursor: null } };
    await answerAll(answers);
    await open;
    await press('[data-report-menu=r1]');
    await press('[data-report-do=move]');
    await until(() => document.querySelector('crm-pick'));
    expect([...document.querySelectorAll('crm-pick [data-option]')].map((each) => each.getAttribute('data-option'))).withContext('not where it stands, not where one may only look').toEqual(['none', 'f3']);
    await press('[data-option=f3]');
    expect(await answerAll(answers)).toContain('PATCH reports/r1 {"folder_id":"f3"}');
    await press('[data-folder-menu=f1]');
    await press('[data-folder-do=move]');
    await until(() => document.querySelector('crm-pick'));
    await press('[data-option=f3]');
    expect(await answerAll(answers)).toContain('PATCH report-folders/f1 {"parent_id":"f3"}');
    await press('[data-folder-menu=f1]');
    await press('[data-folder-do=delete]');
    await press('crm-confirm .crm-button--danger');
    (await until(() => backend().match(({ method }) => method === 'DELETE')[0])).flush({ code: 'folder_not_empty', title: 'No', detail: 'No', reports: 2, folders: 1 }, { status: 409, statusText: 'Conflict' });
    await until(() => document.querySelector('crm-confirm .crm-button--primary'));
    expect(plain(document.querySelector('crm-confirm')?.textContent)).toContain('In it: 2 reports, 1 folder');
    await press('crm-confirm .crm-button--primary');
    await answerAll(answers);
    await until(() => TestBed.inject(Location).path() === '/reports?folder=f1');
  });

  it('orders folders below each other, and one whose parent is not shown at the top', () => {
    const tree = folderTree([...FOLDERS, { ...FOLDERS[0], id: 'f4', name: 'Alone', parent_id: 'gone' }], ({ name }) => name);
    expect(tree.map(({ folder, depth }) => `${folder.name} ${String(depth)}`)).toEqual(['Alone 0', 'Sales 0', 'Monday 1']);
  });

  it('knows what lies in a folder', () => {
    expect([...within(FOLDERS, 'f1')].sort()).toEqual(['f1', 'f2']);
    expect([...within(FOLDERS, 'f2')]).toEqual(['f2']);
  });

  it('knows which measures count by another definition', () => {
    const answer = answerTo({ ...EMPTY, values: [{ key: 'won', measure: 'deals.won_amount' }, { key: 'n', measure: 'deals.won_count' }] });
    expect(movedPins({ 'deals.won_amount': 1, 'deals.won_count': 2 }, answer.values)).toEqual([{ measure: 'deals.won_amount', from: 1, to: 2 }]);
  });
});
