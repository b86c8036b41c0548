import type { Browser, Page } from 'playwright-core';
import { signIn, startBrowser, violations, type Viewer } from '../support/browser.fixture.js';
import { until, type ProductClient } from '../support/product.client.js';
import { startProduct, unproved, type TestProduct } from '../support/product.fixture.js';

interface Account { id: string; custom: Record<string, unknown>; tags: { name: string }[] }

describe('custom fields, tags and segments journey', () => {
  let test: TestProduct;
  let browser: Browser;
  let admin: ProductClient;
  let account: string;

  beforeAll(async () => {
    [test, browser] = await Promise.all([startProduct('none', unproved), startBrowser()]);
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
    await page.getByText('1 record', { exact: true }).first().waitFor();
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

  it('shows, sorts and filters a list by a custom field and by tags, by keyboard, and keeps the columns', async () => {
    const tag = (await admin.must<{ id: string }>('POST', '/tags', { name: 'Listed' })).id;
    await admin.must('POST', '/custom-fields', { entity: 'accounts', key: 'desks', label: 'Desks', label_ar: 'المكاتب', type: 'integer' });
    const large = (await admin.must<{ id: string }>('POST', '/accounts', { legal_name: 'Large Trading', region: 'Levant', custom: { desks: 1200, wishes: ['fast'] } })).id;
    await admin.must('POST', '/accounts', { legal_name: 'Small Trading', region: 'Levant', custom: { desks: 3 } });
    await admin.must('POST', `/accounts/${large}/tags`, { tag_ids: [tag] });
    const { page, context, errors } = await enter({ language: 'en' });
    await page.goto(`${test.product.url}/sell/accounts`);
    await page.locator('.item').first().waitFor();
    expect(await page.getByRole('columnheader', { name: 'Desks' }).count()).toBe(0);
    const tick = async (menu: string, label: string): Promise<void> => {
      await page.locator(`[data-test=${menu}] button`).first().focus();
      await page.keyboard.press('Enter');
      await page.getByRole('checkbox', { name: label, exact: true }).focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await tick('columns', 'Desks');
    await page.getByRole('gridcell', { name: '1,200' }).waitFor();
    await page.getByRole('columnheader', { name: 'Desks' }).getByRole('button').press('Enter');
    await page.waitForURL(/sort=custom\.desks/);
    await page.locator('.item').filter({ hasText: 'Small Trading' }).and(page.locator('[data-index="0"]')).waitFor();

    await page.getByRole('button', { name: 'Filters', exact: true }).press('Enter');
    await page.getByRole('spinbutton', { name: 'Filter Desks – Min' }).fill('4');
    await page.keyboard.press('Enter');
    await page.locator('crm-filter-chips').getByText('at least 4').waitFor();
    await tick('further-filters', 'Tags');
    await page.getByRole('button', { name: 'Filter Tags: Any' }).press('Enter');
    await page.getByRole('checkbox', { name: 'Listed', exact: true }).press('Space');
    await page.keyboard.press('Escape');
    await page.locator('crm-filter-chips').getByText('Listed').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await page.getByRole('columnheader', { name: 'Desks' }).waitFor();
    await page.getByRole('link', { name: 'Large Trading' }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Small Trading' }).count()).toBe(0);
    expect(await page.locator('crm-filter-chips li').allInnerTexts()).toEqual([jasmine.stringMatching(/Desks.*at least 4/s), jasmine.stringMatching(/Tags.*Listed/s)] as unknown as string[]);

    await page.locator('[data-test=save-segment]').click();
    await fill(page, 'Name', 'Large and listed');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/segment=/);
    await page.getByRole('link', { name: 'Large Trading' }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Small Trading' }).count()).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  }, 240_000);

  it('says all of it in Arabic, on a phone', async () => {
    const { id } = await admin.must<{ id: string }>('POST', '/accounts', { legal_name: 'Wishing Trading', region: 'Levant', custom: { wishes: ['fast', 'cheap'] } });
    const { page, context, errors } = await enter({ language: 'ar', width: 390 });
    await page.goto(`${test.product.url}/sell/accounts/${id}`);
    await page.locator('[data-test=custom-facts]').getByText('سريع').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${test.product.url}/sell/accounts?filter[custom.wishes][in]=fast`);
    await page.locator('crm-filter-chips').getByText('سريع').waitFor();
    await page.locator('[data-test=columns] button').first().click();
    await page.getByRole('checkbox', { name: 'الرغبات', exact: true }).check();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.card').filter({ hasText: 'Wishing Trading' }).getByText('سريع، رخيص').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
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
