import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { inTurn } from '../config.js';
import { administrationPages } from '../support/app.pages.js';
import { signIn, startBrowser, violations, type Viewer } from '../support/browser.fixture.js';
import { until, type ProductClient } from '../support/product.client.js';
import { startProduct, unproved, type TestProduct } from '../support/product.fixture.js';
import { startReceiver, type Receiver } from '../support/webhook.receiver.js';

interface Listed { readonly total: number }
interface Pair { readonly id: string; readonly left: { readonly id: string; readonly full_name: string } | null; readonly right: { readonly id: string; readonly full_name: string } | null }
interface Named { readonly id: string; readonly key: string }

/** How many deals the list of a page says that it has; -1 while it says nothing. An empty list says so in words. */
const shown = async (page: Page): Promise<number> => {
  const text = (await page.locator('crm-data-table .count').innerText()).replace(/[,٬.]/g, '').trim();
  return text === '' ? -1 : Number(/(\d+)\D*$/.exec(text)?.[1] ?? 0);
};

describe('administration journey', () => {
  let test: TestProduct;
  let browser: Browser;
  let admin: ProductClient;
  let roles: readonly Named[];
  let receiver: Receiver;

  beforeAll(async () => {
    [test, browser, receiver] = await Promise.all([startProduct('small', { ...unproved, CRM_WEBHOOK_ALLOW_LOOPBACK: 'true' }), startBrowser(), startReceiver()]);
    admin = await test.client();
    roles = (await admin.must<{ items: Named[] }>('GET', '/roles')).items;
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await receiver.close();
    await test.dispose();
  }, 60_000);

  const roleId = (key: string): string => roles.find((one) => one.key === key)?.id ?? '';
  const enter = (viewer: Viewer, email: string): ReturnType<typeof signIn> => signIn(browser, test.product.url, viewer, email, test.product.demoPassword);
  const dealsOf = async (person: ProductClient): Promise<number> => (await person.must<Listed>('GET', '/deals?limit=1&count=true')).total;

  /** The manager's list, as the manager sees it in a window of their own. */
  async function managersList(viewer: Viewer): Promise<{ page: Page; close: () => Promise<void> }> {
    const { page, context } = await enter(viewer, 'manager@crm.test');
    await page.goto(`${test.product.url}/sell/deals`);
    return { page, close: () => context.close() };
  }

  it('narrows a role by mouse, in English: the manager’s list shrinks, and undo brings it back', async () => {
    const manager = await test.client('manager@crm.test');
    const team = await dealsOf(manager);
    const other = await managersList({ language: 'en' });
    await until(() => shown(other.page), (count) => count === team, 30_000);
    const { page, context, errors } = await enter({ language: 'en' }, 'admin@crm.test');
    await page.locator('nav').first().getByRole('link', { name: 'Roles' }).click();
    await page.getByRole('link', { name: 'Sales manager' }).click();
    await page.locator('[data-cell="deals.read"]').click();
    await page.getByRole('menuitemradio', { name: /^Own/ }).click();
    // Nothing reaches further than reading: the other three follow.
    await page.locator('section.bar summary').click();
    expect(await page.locator('crm-role-changes li').count()).toBe(4);
    expect(await violations(page)).toEqual([]);
    await page.locator('[data-test=save-role]').click();
    await page.locator('section.bar').waitFor({ state: 'detached', timeout: 15_000 });
    const own = await until(() => dealsOf(manager), (count) => count < team, 5000);
    await other.page.reload();
    await until(() => shown(other.page), (count) => count === own, 30_000);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await until(() => dealsOf(manager), (count) => count === team, 15_000)).toBe(team);
    await page.getByRole('tab', { name: 'History' }).click();
    await page.locator('[data-version="3"]').waitFor({ timeout: 15_000 });
    expect(await page.locator('[data-version="1"]').innerText()).toContain('As delivered');
    expect(await violations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
    await other.close();
  }, 180_000);

  it('widens a role and narrows it again by keyboard alone, in Arabic on a phone', async () => {
    const rep = await test.client('rep@crm.test');
    const own = await dealsOf(rep);
    const { page, context, errors } = await enter({ language: 'ar', width: 390, theme: 'dark' }, 'admin@crm.test');
    await page.goto(`${test.product.url}/admin/roles/${roleId('rep')}`);
    const cell = page.locator('[data-cell="deals.read"]');
    const choose = async (level: string): Promise<void> => {
      await page.keyboard.press('Enter');
      await page.locator(`[data-level="${level}"]`).waitFor();
      while ((await page.evaluate('document.activeElement?.getAttribute("data-level")')) !== level) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('section.bar').waitFor();
    };
    const save = async (): Promise<void> => {
      await page.locator('[data-test=save-role]').focus();
      await page.keyboard.press('Enter');
      await page.locator('section.bar').waitFor({ state: 'detached', timeout: 15_000 });
    };
    // From the first cell of the grid down to the deals, as the arrows go.
    await page.locator('[data-cell="accounts.read"]').focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
    expect(await cell.evaluate((one) => one === (one as unknown as { ownerDocument: { activeElement: unknown } }).ownerDocument.activeElement)).toBeTrue();
    await choose('team');
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
    expect(await violations(page)).toEqual([]);
    await save();
    const team = await until(() => dealsOf(rep), (count) => count > own, 5000);
    const other = await enter({ language: 'ar', width: 390 }, 'rep@crm.test');
    await other.page.goto(`${test.product.url}/sell/deals`);
    await until(() => shown(other.page), (count) => count === team, 30_000);
    await cell.focus();
    await choose('own');
    await save();
    await until(() => dealsOf(rep), (count) => count === own, 5000);
    await other.page.reload();
    await until(() => shown(other.page), (count) => count === own, 30_000);
    expect(errors).toEqual([]);
    await other.context.close();
    await context.close();
  }, 180_000);

  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const [way, viewer] of viewers.entries()) {
    it(`pages are accessible, keep their width and have words for all they show (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      const [user] = (await admin.must<{ items: { id: string }[] }>('GET', '/users?filter[email]=rep@crm.test')).items;
      const hook = await admin.must<{ id: string }>('POST', '/webhooks', { name: `ERP ${viewer.language}`, url: receiver.url, event_types: ['deal.*', 'invoice.created'] });
      const account = await admin.must<{ id: string }>('POST', '/accounts', { legal_name: `Audited ${viewer.language}`, industry: 'Retail' });
      await admin.must('PATCH', `/accounts/${account.id}`, { city: 'Amman', industry: 'Energy' });
      const [entry] = (await admin.must<{ items: { id: string }[] }>('GET', `/audit?filter[entity_id]=${account.id}&filter[action]=update`)).items;
      const [pair] = (await admin.must<{ items: Pair[] }>('GET', '/duplicates?entity=contacts')).items;
      const { page, context, errors } = await enter(viewer, 'admin@crm.test');
      const records: Readonly<Record<string, string | undefined>> = { users: user?.id, roles: roleId('analyst'), webhooks: hook.id, audit: entry?.id, duplicates: pair?.id };
      for (const path of inTurn([...administrationPages.map((one) => one.replace(/(.*)\/:id$/, (_, kind: string) => `${kind}/${records[kind] ?? ''}`)), 'duplicates?tab=merges&entity=accounts'], way, viewers.length)) {
        await page.goto(`${test.product.url}/admin/${path}`);
        await page.locator('h1').waitFor({ timeout: 30_000 });
        await until(() => page.locator('crm-skeleton, .body[aria-hidden]').count(), (count) => count === 0, 30_000);
        expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).withContext(path).toBeTrue();
        expect(await violations(page)).withContext(path).toEqual([]);
        expect(await page.locator('main').innerText()).withContext(path).not.toMatch(/\b(admin|record|security|webhooks|audit|duplicates)\.\w/);
      }
      // Every field that a role can restrict has a name of its own in the reader's language.
      await page.goto(`${test.product.url}/admin/roles/${roleId('analyst')}`);
      await page.locator('[role=tab]').nth(1).click();
      for (const kind of await page.locator('crm-role-fields .kinds button').all()) {
        await kind.click();
        expect((await page.locator('crm-role-fields .name').allInnerTexts()).filter((name) => /_|^[a-z]/.test(name))).toEqual([]);
      }
      expect((await page.locator('crm-role-fields .kinds').innerText()).split('\n').filter((name) => /_|^[a-z]/.test(name))).toEqual([]);
      await page.goto(`${test.product.url}/admin/features`);
      expect((await page.locator('main h2').allInnerTexts()).filter((name) => name.includes('crm_feature'))).toEqual([]);
      expect(errors).toEqual([]);
      await context.close();
    }, 240_000);
  }

  it('invites a new user, who chooses a password and signs in, in Arabic', async () => {
    const { page, context } = await enter({ language: 'ar' }, 'admin@crm.test');
    const user = await admin.must<{ id: string }>('POST', '/users', { name: 'Lina Saleh', name_ar: 'لينا صالح', email: 'lina@crm.test', locale: 'ar' });
    await admin.must('PUT', `/users/${user.id}/roles`, { roles: ['rep'] });
    await page.goto(`${test.product.url}/admin/users/${user.id}`);
    await page.locator('[data-test=invite]').click();
    const link = await page.locator('crm-secret code').innerText();
    const stranger = await browser.newContext({ locale: 'ar-SA' });
    const own = await stranger.newPage();
    await own.goto(link);
    await own.locator('[name=password]').fill('violet harbour cactus');
    await own.locator('[name=again]').fill('violet harbour cactus');
    expect(await violations(own)).toEqual([]);
    await own.locator('button[type=submit]').click();
    await own.waitForURL((address) => address.pathname === '/login', { timeout: 15_000 });
    await own.fill('input[type=email]', 'lina@crm.test');
    await own.fill('input[name=password]', 'violet harbour cactus');
    await own.click('button[type=submit]');
    await own.waitForURL((address) => address.pathname === '/', { timeout: 30_000 });
    await own.goto(`${test.product.url}/admin/users`);
    await own.getByText('هذه الصفحة لمديري النظام').waitFor({ timeout: 30_000 });
    await stranger.close();
    await context.close();
  }, 120_000);

  it('turns a feature off and on: its page goes and comes back, for the API as well', async () => {
    const { page, context } = await enter({ language: 'en' }, 'admin@crm.test');
    await page.goto(`${test.product.url}/admin/features`);
    const clients = page.locator('[data-flag=crm_feature_api_clients]').getByRole('switch');
    const link = page.locator('nav').first().getByRole('link', { name: 'API clients' });
    await clients.click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    const status = async (): Promise<string> => { const { status: code, body } = await admin.send<{ code?: string }>('GET', '/api-clients'); return `${code} ${body.code ?? ''}`; };
    expect(await until(status, (text) => text !== '200 ', 5000)).toBe('404 feature_disabled');
    // While a dialog is open the page behind it has no roles; so the link is looked for once it is closed.
    await page.getByRole('alertdialog').waitFor({ state: 'detached', timeout: 15_000 });
    await link.waitFor({ state: 'detached', timeout: 15_000 });
    await clients.click();
    await link.waitFor({ timeout: 15_000 });
    expect(await until(status, (text) => text === '200 ', 5000)).toBe('200 ');
    await context.close();
  }, 90_000);

  /** Makes two contacts that resemble each other; the search of the page finds them. */
  const twins = async (name: string, other: string, mobile: string): Promise<string[]> => {
    const one = await admin.must<{ id: string }>('POST', '/contacts', { full_name: name, mobile, city: 'Amman', job_title: 'Buyer' });
    return [one.id, (await admin.must<{ id: string }>('POST', '/contacts', { full_name: other, mobile, email: `${mobile.slice(1)}@twins.example` })).id];
  };
  const focused = async (page: Page, selector: string): Promise<void> => {
    await page.locator(selector).first().waitFor({ timeout: 30_000 });
    await page.locator(selector).first().focus();
  };

  it('makes a webhook by mouse, in English: its secret is shown once, a ping arrives signed, what failed is sent again', async () => {
    const { page, context, errors } = await enter({ language: 'en' }, 'admin@crm.test');
    await page.goto(`${test.product.url}/admin/webhooks`);
    await page.locator('[data-test=new-webhook]').click();
    await page.locator('crm-webhook-form input[name=name]').fill('Ledger of orders');
    await page.locator('crm-webhook-form input[name=url]').fill(receiver.url);
    await page.locator('[data-event="deal.*"]').check();
    await page.locator('[data-event="deal.lost"]').uncheck();
    expect(await violations(page)).toEqual([]);
    await page.locator('[data-test=save-webhook]').click();
    const secret = await page.locator('crm-secret code').innerText();
    expect(secret).toMatch(/^whsec_/);
    await page.locator('[data-test=ping]').click();
    await page.locator('[data-status=delivered][aria-expanded=true]').waitFor({ timeout: 30_000 });
    expect(receiver.arrived.filter((message) => message.verified(secret)).map(({ type }) => type)).toEqual(['ping']);
    await page.locator('crm-delivery-attempts').getByText('HTTP 200').waitFor();
    receiver.status = 503;
    await page.locator('[data-test=ping]').click();
    await page.locator('[data-status=dead][aria-expanded=true]').waitFor({ timeout: 30_000 });
    await page.getByRole('tab', { name: 'Failed' }).click();
    await page.waitForURL(/status=dead/);
    await page.reload();
    await page.locator('[data-status=dead]').waitFor({ timeout: 30_000 });
    expect(await violations(page)).toEqual([]);
    receiver.status = 200;
    await page.locator('[data-test=resend]').click();
    await until(() => page.locator('[data-status=delivered]').count(), (count) => count === 2, 30_000);
    expect(await page.locator('crm-secret').count()).withContext('after a reload').toBe(0);
    await page.locator('[data-test=rotate]').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'New secret' }).click();
    const next = await page.locator('crm-secret code').innerText();
    expect(next).not.toBe(secret);
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.locator('[data-test=ping]').click();
    const both = await until(() => Promise.resolve(receiver.arrived.at(-1)), (message) => message?.verified(next) === true, 30_000);
    expect(both?.verified(secret)).withContext('the overlap').toBeTrue();
    expect(errors).toEqual([]);
    await context.close();
  }, 180_000);

  it('pauses and resumes a webhook and replays from a position by keyboard alone, in Arabic on a phone', async () => {
    const hook = await admin.must<{ id: string }>('POST', '/webhooks', { name: 'المستودع', url: receiver.url, event_types: ['account.*'] });
    const { page, context, errors } = await enter({ language: 'ar', width: 390, theme: 'dark' }, 'admin@crm.test');
    await page.goto(`${test.product.url}/admin/webhooks/${hook.id}`);
    const enabled = async (): Promise<boolean> => (await admin.must<{ is_enabled: boolean }>('GET', `/webhooks/${hook.id}`)).is_enabled;
    await focused(page, '[data-test=turn]');
    await page.keyboard.press('Enter');
    await until(() => page.evaluate('document.activeElement?.closest("crm-confirm") != null'), (inside) => inside === true, 10_000);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until(enabled, (on) => !on, 10_000);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await focused(page, '[data-test=turn]');
    await page.keyboard.press('Enter');
    await until(enabled, (on) => on, 10_000);
    await focused(page, '[data-test=by-position]');
    await page.keyboard.press('Space');
    await focused(page, '[name=lsn]');
    await page.keyboard.type('1');
    await page.keyboard.press('Enter');
    await page.locator('crm-replay .done').waitFor({ timeout: 15_000 });
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
    expect(errors).toEqual([]);
    await context.close();
  }, 120_000);

  for (const viewer of viewers) {
    const english = viewer.language === 'en';
    it(`finds a change in the audit log, reads it, and has the log verified (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      const account = await admin.must<{ id: string }>('POST', '/accounts', { legal_name: `=Traced ${viewer.language}`, industry: 'Retail' });
      await admin.must('PATCH', `/accounts/${account.id}`, { industry: 'Energy' });
      const { page, context, errors } = await enter(viewer, 'admin@crm.test');
      await page.goto(`${test.product.url}/admin/audit`);
      await page.locator('[name=record]').fill(account.id);
      await page.keyboard.press('Enter');
      await page.waitForURL(/entity_id/);
      await page.locator('[name=action]').selectOption('changes');
      await page.waitForURL(/action/);
      const shownRows = page.locator(english ? 'crm-data-table .item' : 'crm-data-table .cards > li');
      await until(() => shownRows.count(), (count) => count === 2, 30_000);
      if (english) {
        const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-test=export]').click()]);
        const file = readFileSync(await download.path(), 'utf8');
        expect(file.trim().split('\n').length).toBe(3);
        expect(file).toContain(account.id);
        await page.locator('crm-data-table .item').first().focus();
        await page.keyboard.press('Enter');
      } else await page.locator('crm-data-table .cards a').first().click();
      await page.locator('crm-audit-detail ins').waitFor({ timeout: 30_000 });
      expect(await page.locator('crm-audit-detail tbody').innerText()).toMatch(english ? /Industry[\s\S]*Retail[\s\S]*Energy/ : /القطاع[\s\S]*التجزئة[\s\S]*الطاقة/);
      await page.goBack();
      await focused(page, '[data-test=verify]');
      await page.keyboard.press('Enter');
      await page.locator('crm-chain-panel[data-state=running]').waitFor({ timeout: 10_000 }).catch(() => undefined);
      await page.locator('crm-chain-panel[data-state=sound]').waitFor({ timeout: 60_000 });
      expect(await page.locator('[data-test=verdict]').innerText()).toBe(english ? 'The log is as it was written' : 'السجل كما كُتب');
      expect(await violations(page)).toEqual([]);
      expect(errors).toEqual([]);
      await context.close();
    }, 150_000);
  }

  it('searches for duplicates, merges by field, and takes the merge back, by mouse in English', async () => {
    const ids = await twins('Zahra Quillfeather', 'Zahra Quilfeather', '+962790001111');
    const { page, context, errors } = await enter({ language: 'en' }, 'admin@crm.test');
    await page.goto(`${test.product.url}/admin/duplicates?entity=contacts`);
    await page.locator('[data-test=search]').click();
    await page.getByRole('link', { name: /Zahra Quil+feather/ }).first().click({ timeout: 60_000 });
    // The fuller record is proposed; the other one shall stay, with its own job title and the other one's address.
    await page.locator('[data-group=email]').waitFor({ timeout: 30_000 });
    const [kept] = ids;
    const pair = await admin.must<Pair>('GET', `/duplicates/${page.url().split('/').at(-1) ?? ''}`);
    const side = pair.left?.id === kept ? 'left' : 'right';
    await page.locator(`[data-test=keep-${side}]`).check();
    await page.locator('[data-group=full_name] input').nth(side === 'left' ? 1 : 0).check();
    expect(await violations(page)).toEqual([]);
    await page.locator('[data-test=merge]').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Merge' }).click();
    const survivor = await until(() => admin.must<Record<string, unknown>>('GET', `/contacts/${kept ?? ''}`), (one) => one['email'] !== null, 15_000);
    expect([survivor['full_name'], survivor['job_title'], survivor['email']]).toEqual(['Zahra Quilfeather', 'Buyer', '962790001111@twins.example']);
    await page.goto(`${test.product.url}/admin/duplicates?tab=merges`);
    await page.locator('[data-test=undo-merge]').first().click();
    const back = await until(() => admin.must<Record<string, unknown>>('GET', `/contacts/${kept ?? ''}`), (one) => one['email'] === null, 15_000);
    expect(back['full_name']).toBe('Zahra Quillfeather');
    expect((await admin.send('GET', `/contacts/${ids[1] ?? ''}`)).status).toBe(200);
    expect(errors).toEqual([]);
    await context.close();
  }, 150_000);

  it('sets a pair aside by keyboard alone, in Arabic on a phone, and takes it up again', async () => {
    const [pair] = (await admin.must<{ items: Pair[] }>('GET', '/duplicates?entity=contacts')).items;
    const status = async (): Promise<string> => (await admin.must<{ status: string }>('GET', `/duplicates/${pair?.id ?? ''}`)).status;
    const { page, context, errors } = await enter({ language: 'ar', width: 390, theme: 'dark' }, 'admin@crm.test');
    await page.goto(`${test.product.url}/admin/duplicates/${pair?.id ?? ''}`);
    // Arrows move between the two records, as in every group of radio buttons.
    await focused(page, '[name=survivor]:checked');
    const before = await page.locator('[name=survivor]:checked').getAttribute('data-test');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('[name=survivor]:checked').getAttribute('data-test')).not.toBe(before);
    await focused(page, '[data-test=dismiss]');
    await page.keyboard.press('Enter');
    expect(await until(status, (one) => one !== 'open', 15_000)).toBe('rejected');
    await page.goto(`${test.product.url}/admin/duplicates/${pair?.id ?? ''}`);
    await focused(page, '[data-test=reopen]');
    await page.keyboard.press('Enter');
    expect(await until(status, (one) => one === 'open', 15_000)).toBe('open');
    expect(errors).toEqual([]);
    await context.close();
  }, 120_000);

  it('erases a person whose name is typed, and follows until the warehouse is done', async () => {
    const contact = await admin.must<{ id: string }>('POST', '/contacts', { full_name: 'Zainab Quartermaine', email: 'zainab@quartermaine.example' });
    const { page, context } = await enter({ language: 'en' }, 'admin@crm.test');
    await page.goto(`${test.product.url}/admin/privacy/new`);
    await page.locator('crm-reference-picker input').fill('Quartermaine');
    await page.getByRole('option', { name: /Zainab Quartermaine/ }).click();
    await page.locator('[data-test=preview]').getByText('zainab@quartermaine.example').waitFor({ timeout: 30_000 });
    await page.locator('[name=confirmation]').fill('zainab quartermaine');
    await page.locator('[data-test=erase]').click();
    await page.locator('[data-test=warehouse-done]').waitFor({ timeout: 60_000 });
    expect(await violations(page)).toEqual([]);
    expect((await admin.send('GET', `/contacts/${contact.id}`)).status).toBe(404);
    await context.close();
  }, 120_000);
});
