import type { Browser, Page } from 'playwright-core';
import { signIn, startBrowser, violations, type Viewer } from '../support/browser.fixture.js';
import { until, type ProductClient } from '../support/product.client.js';
import { startProduct, type TestProduct } from '../support/product.fixture.js';

interface Listed { readonly total: number }
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

  beforeAll(async () => {
    [test, browser] = await Promise.all([startProduct('small'), startBrowser()]);
    admin = await test.client();
    roles = (await admin.must<{ items: Named[] }>('GET', '/roles')).items;
  }, 240_000);
  afterAll(async () => {
    await browser.close();
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
  for (const viewer of viewers) {
    it(`pages are accessible, keep their width and have words for all they show (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      const [user] = (await admin.must<{ items: { id: string }[] }>('GET', '/users?filter[email]=rep@crm.test')).items;
      const { page, context, errors } = await enter(viewer, 'admin@crm.test');
      for (const path of ['users', `users/${user?.id ?? ''}`, 'teams', 'roles', `roles/${roleId('analyst')}`, 'api-clients', 'privacy', 'privacy/new', 'features']) {
        await page.goto(`${test.product.url}/admin/${path}`);
        await page.locator('h1').waitFor({ timeout: 30_000 });
        await until(() => page.locator('crm-skeleton, .body[aria-hidden]').count(), (count) => count === 0, 30_000);
        expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).withContext(path).toBeTrue();
        expect(await violations(page)).withContext(path).toEqual([]);
        expect(await page.locator('main').innerText()).withContext(path).not.toMatch(/\b(admin|record|security)\.\w/);
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
