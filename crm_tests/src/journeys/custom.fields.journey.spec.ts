import type { Browser, Page } from 'playwright-core';
import { signIn, startBrowser, violations, type Viewer } from '../support/browser.fixture.js';
import { until, type ProductClient } from '../support/product.client.js';
import { startProduct, type TestProduct } from '../support/product.fixture.js';

interface Account { id: string; custom: Record<string, unknown>; tags: { name: string }[] }

describe('custom fields, tags and segments journey', () => {
  let test: TestProduct;
  let browser: Browser;
  let admin: ProductClient;
  let account: string;

  beforeAll(async () => {
    [test, browser] = await Promise.all([startProduct('none'), startBrowser()]);
    admin = await test.client();
    account = (await admin.must<{ id: string }>('POST', '/accounts', { legal_name: 'Journey Trading', legal_name_ar: 'شركة الرحلة', region: 'Gulf' })).id;
    await admin.must('POST', '/accounts', { legal_name: 'Other Trading', region: 'Levant' });
    await admin.must('POST', '/tags', { name: 'Key account', color: '#b45309' });
    await admin.must('POST', '/custom-fields', { entity: 'accounts', key: 'wishes', label: 'Wishes', label_ar: 'الرغبات', type: 'multi_choice', choices: [{ value: 'fast', label: 'Fast', label_ar: 'سريع' }, { value: 'cheap', label: 'Cheap', label_ar: 'رخيص' }] });
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await test.dispose();
  }, 60_000);

  const enter = (viewer: Viewer): ReturnType<typeof signIn> => signIn(browser, test.product.url, viewer, 'admin@crm.test', test.product.demoPassword);
  const read = (): Promise<Account> => admin.must<Account>('GET', `/accounts/${account}`);
  const fill = (page: Page, label: string, value: string): Promise<void> => page.locator('crm-record-form').getByLabel(label).first().fill(value);

  it('makes a field by keyboard, fills it in on a record, tags the record and keeps its list, in English', async () => {
    const { page, context, errors } = await enter({ language: 'en' });
    await page.goto(`${test.product.url}/admin/custom-fields`);
    await page.locator('[data-test=new-field]').focus();
    await page.keyboard.press('Enter');
    await fill(page, 'English name', 'Contract code');
    await fill(page, 'Arabic name', 'رمز العقد');
    await fill(page, 'Key', 'contract_code');
    await fill(page, 'Pattern', '[A-Z]{2}\\d+');
    expect(await violations(page)).toEqual([]);
    await page.locator('crm-record-form').getByLabel('Pattern').first().press('Enter');
    await page.locator('crm-record-form').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Contract code', exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.goto(`${test.product.url}/sell/accounts/${account}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await fill(page, 'Contract code', 'ab1');
    await page.getByRole('checkbox', { name: 'Cheap' }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('crm-record-form .error').first().waitFor();
    await fill(page, 'Contract code', 'AB12');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('[data-test=custom-facts]').getByText('AB12').waitFor();
    await page.locator('[data-test=custom-facts]').getByText('Cheap').waitFor();
    expect((await read()).custom).toEqual({ contract_code: 'AB12', wishes: ['cheap'] });

    await page.locator('[data-test=add-tag]').click();
    await page.getByRole('menuitem', { name: 'Key account' }).click();
    await page.locator('[data-test=tags]').getByText('Key account').waitFor();
    expect(await until(async () => (await read()).tags.map(({ name }) => name), (names) => names.length === 1)).toEqual(['Key account']);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove tag Key account' }).click();
    await until(async () => (await read()).tags, (tags) => tags.length === 0);

    await page.goto(`${test.product.url}/sell/accounts?filter[region]=Gulf`);
    await page.locator('[data-test=save-segment]').click();
    await fill(page, 'Name', 'Gulf companies');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/segment=/);
    await page.getByRole('link', { name: 'Journey Trading' }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Other Trading' }).count()).toBe(0);
    expect(await page.locator('[data-test=segments]').evaluate((element) => (element as unknown as { selectedOptions: { text: string }[] }).selectedOptions[0]?.text)).toBe('Gulf companies');
    expect(await violations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  }, 240_000);

  it('makes, merges and deletes tags in administration', async () => {
    const old = await admin.must<{ id: string }>('POST', '/tags', { name: 'Outdated', color: null });
    await admin.must('POST', `/accounts/${account}/tags`, { tag_ids: [old.id] });
    const { page, context, errors } = await enter({ language: 'en' });
    await page.goto(`${test.product.url}/admin/tags`);
    await page.locator('[data-test=new-tag]').focus();
    await page.keyboard.press('Enter');
    await fill(page, 'Name', 'Partner');
    await fill(page, 'Colour', '#047857');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create tag', exact: true }).click();
    await page.getByRole('button', { name: 'Edit: Partner', exact: true }).waitFor();
    await page.getByText('1 record', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Actions: Outdated', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Merge into another…' }).click();
    await page.locator('crm-record-form').getByLabel('Tag that stays').selectOption({ label: 'Partner (0)' });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    // By its text: while the panel is open, what lies behind it has no roles.
    await page.locator('crm-tag-chip').getByText('Outdated').waitFor({ state: 'detached' });
    expect((await read()).tags.map(({ name }) => name)).toEqual(['Partner']);
    await page.getByRole('button', { name: 'Actions: Partner', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('It is on 1 record').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator('crm-tag-chip').getByText('Partner').waitFor({ state: 'detached' });
    expect((await read()).tags).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  }, 240_000);

  it('says all of it in Arabic, on a phone', async () => {
    const { id } = await admin.must<{ id: string }>('POST', '/accounts', { legal_name: 'Wishing Trading', region: 'Levant', custom: { wishes: ['fast', 'cheap'] } });
    const { page, context, errors } = await enter({ language: 'ar', width: 390 });
    await page.goto(`${test.product.url}/sell/accounts/${id}`);
    await page.locator('[data-test=custom-facts]').getByText('سريع').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${test.product.url}/admin/custom-fields`);
    await page.getByRole('button', { name: 'الرغبات', exact: true }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${test.product.url}/admin/tags`);
    await page.locator('crm-tag-chip').getByText('Key account').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
    expect(await violations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  }, 120_000);
});
