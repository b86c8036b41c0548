import type { Locator, Page } from 'playwright-core';
import { inTurn, readConfig } from '../config.js';
import { arrange, carry, drag, drawn, ids, order, spot } from '../support/dashboard.steps.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { until } from '../support/product.client.js';
import { useProduct } from '../support/product.journey.js';
import { pagesSpecs } from './pages.specs.js';
import { pipelineSpecs } from './pipeline.specs.js';
import { deliverySpecs } from './delivery.specs.js';
import { reportQuestionsSpecs } from './report.questions.specs.js';
import { reportSharingSpecs } from './report.sharing.specs.js';
import { reportsSpecs } from './reports.specs.js';
import { revenueSpecs } from './revenue.specs.js';
import { recordsSpecs } from './records.specs.js';

/** For the first page after a start, on machines that others use as well; how fast a dashboard opens is the bench's to say. */
const patience = 90_000;
const tiles = (page: Page): Promise<string[]> => page.locator('crm-kpi-tile').allInnerTexts();

describe('dashboard journey', () => {
  const journey = useProduct('small');

  const viewers: readonly Viewer[] = [
    { language: 'en' }, { language: 'ar', motion: true }, { language: 'en', theme: 'dark', width: 390, motion: true }, { language: 'ar', theme: 'dark', width: 390 },
  ];
  for (const viewer of viewers) {
    it(`is complete, accessible and keeps its width (${viewer.language}, ${viewer.theme ?? 'light'}, ${viewer.width ?? 1440} px)`, async () => {
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'exec@crm.test', journey.product.product.demoPassword);
      const texts = await until(() => tiles(page), (list) => list.length >= 8 && list.every((text) => /[\d–]/.test(text)), patience);
      expect(texts.length).toBeGreaterThanOrEqual(8);
      expect(await page.locator('html').getAttribute('dir')).toBe(viewer.language === 'ar' ? 'rtl' : 'ltr');
      // Charts take the width of their tiles a moment after those have theirs.
      await until(() => page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), (keeps) => keeps === true, 10_000);
      expect(await violations(page)).toEqual([]);
      expect(errors).toEqual([]);
      await context.close();
    }, 240_000);
  }

  it('follows a deal that somebody changes, without a reload', async () => {
    const admin = await journey.product.client();
    const { page, context } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'exec@crm.test', journey.product.product.demoPassword);
    const open = page.locator('crm-kpi-tile', { hasText: 'Open pipeline' });
    await open.waitFor({ timeout: patience });
    const before = await open.innerText();
    const [deal] = (await admin.must<{ items: { id: string }[] }>('GET', '/deals?filter[status]=open&limit=1')).items;
    await admin.must('PATCH', `/deals/${deal?.id ?? ''}`, { expected_value: '987654321.00', currency: 'USD' });
    await until(() => open.innerText(), (text) => text !== before, 30_000);
    await context.close();
  }, 240_000);

  const tile = (page: Page, name: string): Locator => page.locator('crm-kpi-tile').filter({ has: page.getByRole('heading', { name, exact: true }) });
  /** The number of each record in the panel and the totals below them, in order of the parts. */
  const panelSums = async (page: Page): Promise<{ sums: number[]; totals: number[] }> => {
    const number = (text: string): number => Number(text.replace(/[^\d.-]/g, ''));
    const parts = await page.locator('crm-number-rows tfoot td').allInnerTexts();
    const cells = await page.locator('crm-number-rows tbody td.end').allInnerTexts();
    return { sums: parts.map((_, part) => Math.round(cells.filter((_cell, index) => index % parts.length === part).reduce((sum, cell) => sum + number(cell), 0) * 100) / 100), totals: parts.map(number) };
  };
  const words: Readonly<Record<'en' | 'ar', readonly string[]>> = { en: ['Won revenue', 'Win rate', 'Explain this number', 'Show more'], ar: ['إيراد الصفقات الرابحة', 'معدل الربح', 'شرح هذا الرقم', 'عرض المزيد'] };
  for (const language of inTurn(['en', 'ar'] as const, 1, 2)) {
    it(`explains a total by mouse and a ratio by keyboard down to records that sum to them (${language})`, async () => {
      const [total = '', ratio = '', explain = '', next = ''] = words[language];
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, { language, width: language === 'ar' ? 390 : 1440 }, 'exec@crm.test', journey.product.product.demoPassword);
      await until(() => tiles(page), (list) => list.length >= 8, patience);
      const all = async (): Promise<void> => {
        await page.locator('crm-number-rows tbody tr').first().waitFor({ timeout: 30_000 });
        const button = page.getByRole('button', { name: next });
        while (await button.count() > 0) {
          const before = await page.locator('crm-number-rows tbody tr').count();
          await button.click();
          await until(() => page.locator('crm-number-rows tbody tr').count(), (now) => now !== before, 30_000);
        }
      };
      await tile(page, total).locator('header button').click();
      await page.getByRole('menuitem', { name: explain }).click();
      await all();
      const won = await panelSums(page);
      expect(won.sums).toEqual(won.totals);
      expect(await page.locator('crm-number-panel .value').innerText()).toContain(await page.locator('crm-number-rows tfoot td').innerText());
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('crm-number-panel').waitFor({ state: 'detached' });
      await tile(page, ratio).locator('header button').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: explain }).waitFor();
      await until(() => page.evaluate('document.activeElement?.getAttribute("role")'), (role) => role === 'menuitem');
      await page.keyboard.press('Enter');
      await all();
      const sides = await panelSums(page);
      expect(sides.sums).toEqual(sides.totals);
      const shown = Number((await page.locator('crm-number-panel .value').innerText()).replace(/[^\d.]/g, ''));
      expect(shown).toBeCloseTo(100 * (sides.totals[0] ?? NaN) / (sides.totals[1] ?? NaN), 1);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
      await page.locator('crm-number-rows tbody th a').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL((at) => at.pathname.startsWith('/sell/deals/'), { timeout: 15_000 });
      expect(errors).toEqual([]);
      await context.close();
    }, 420_000);
  }

  it('shows each role what it may see', async () => {
    const { page, context } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'rep@crm.test', journey.product.product.demoPassword);
    await until(() => tiles(page), (list) => list.length >= 8, patience);
    expect(await page.locator('nav').getByText('Imports').count()).toBe(0);
    const rep = await journey.product.client('rep@crm.test');
    const admin = await journey.product.client();
    const question = { measures: ['deals.count'] };
    const own = Number((await rep.figures(question))['deals.count']);
    expect(own).toBeGreaterThan(0);
    expect(own).toBeLessThan(Number((await admin.figures(question))['deals.count']));
    const listed = await rep.must<{ total: number }>('GET', '/deals?limit=1&count=true');
    expect(own).toBe(listed.total);
    await context.close();
  }, 240_000);

  it('opens records and pages by keyboard alone', async () => {
    // The way is the same for any page; with optional features off that of contacts is left.
    const [words, address] = readConfig().withoutOptional ? ['Contacts', '/sell/contacts'] : ['Imports', '/admin/imports'];
    const { page, context } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'admin@crm.test', journey.product.product.demoPassword);
    await until(() => tiles(page), (list) => list.length >= 8, patience);
    await page.keyboard.press('Control+K');
    await until(() => page.evaluate('document.activeElement?.getAttribute("role")'), (role) => role === 'combobox');
    await page.keyboard.type(words);
    await page.getByRole('option', { name: new RegExp(words), selected: true }).waitFor({ timeout: 15_000 });
    await page.keyboard.press('Enter');
    await page.waitForURL((at) => at.pathname === address, { timeout: 15_000 });
    expect(await violations(page)).toEqual([]);
    await context.close();
  }, 240_000);

  for (const language of inTurn(['en', 'ar'] as const, 0, 2)) {
    it(`is narrowed by mouse and by keyboard, as the address and chips say, and leads to its records (${language})`, async () => {
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, { language }, 'exec@crm.test', journey.product.product.demoPassword);
      await drawn(page, 8);
      const open = tile(page, language === 'en' ? 'Open pipeline' : 'خط المبيعات المفتوح');
      const value = (): Promise<string> => open.locator('.value').innerText();
      const all = await value();
      const narrowed = (): Promise<void> => page.waitForURL((at) => at.searchParams.getAll('only').some((part) => part.startsWith('owner_id~')), { timeout: 15_000 });
      await page.locator('crm-ranking ol.people button').first().click();
      await narrowed();
      const first = await until(value, (text) => text !== all, 30_000);
      expect(await page.locator('crm-ranking [aria-pressed="true"]').count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      // The same by keyboard: another person, then the chip lets go.
      await page.locator('crm-ranking ol.people button').nth(1).focus();
      await page.keyboard.press('Enter');
      await until(value, (text) => text !== first && text !== all, 30_000);
      await page.reload();
      await drawn(page, 8);
      expect(await page.locator('crm-part-chips li').count()).toBe(1);
      await page.locator('crm-part-chips > button').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL((at) => at.pathname === '/sell/deals' && at.searchParams.has('filter[owner_id]'), { timeout: 15_000 });
      await page.goBack();
      await page.locator('crm-part-chips li button').waitFor({ timeout: 30_000 });
      await page.locator('crm-part-chips li button').focus();
      await page.keyboard.press('Enter');
      await until(value, (text) => text === all, 30_000);
      expect(errors).toEqual([]);
      await context.close();
    }, 240_000);
  }

  for (const language of inTurn(['en', 'ar'] as const, 1, 2)) {
    it(`explains one cell of a chart, of the measure that is chosen, whole or shortened (${language})`, async () => {
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, { language }, 'exec@crm.test', journey.product.product.demoPassword);
      await drawn(page, 8);
      // By its name, because as a table it has no chart.
      const title = await page.locator('crm-chart-card').filter({ has: page.locator('crm-bar-chart') }).first().locator('h2').innerText();
      const card = page.locator('crm-chart-card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
      await card.locator('header button').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: language === 'en' ? 'Show as table' : 'عرض كجدول' }).click();
      const cell = card.locator('td button').last();
      const shown = await cell.innerText();
      await cell.focus();
      await page.keyboard.press('Enter');
      await page.locator('crm-number-rows tbody tr, crm-number-panel crm-empty').first().waitFor({ timeout: 30_000 });
      const digits = (text: string): string => text.replace(/[^\d]/g, '');
      // A bar's number may be shortened or whole; the panel has it in full.
      expect(digits(await page.locator('crm-number-panel .value').innerText()).slice(0, 2)).withContext(shown).toBe(digits(shown).slice(0, 2));
      expect(await violations(page)).toEqual([]);
      expect(errors).toEqual([]);
      await context.close();
    }, 240_000);
  }

  for (const language of inTurn(['en', 'ar'] as const, 0, 2)) {
    it(`is arranged by keyboard and by mouse, kept, and put back (${language})`, async () => {
      const client = await journey.product.client('exec@crm.test');
      if (await client.must('GET', '/dashboards').then(() => false, () => true)) return pending('the feature is off');
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, { language }, 'exec@crm.test', journey.product.product.demoPassword);
      await drawn(page, 8);
      const original = await order(page);
      await arrange(page);
      expect(await violations(page)).toEqual([]);
      const [first = '', second = ''] = await ids(page);
      const start = await spot(page, first);

      await carry(page, first, ['ArrowDown', language === 'ar' ? 'ArrowLeft' : 'ArrowRight'], 'Escape');
      // Tiles glide to where they belong.
      const back = (now: typeof start): boolean => JSON.stringify(now) === JSON.stringify(start);
      expect(await until(() => spot(page, first), back, 10_000)).toEqual(start);
      expect(await carry(page, first, ['Shift+ArrowDown'], 'Space')).not.toBe('');
      expect((await until(() => spot(page, first), ({ height }) => height > start.height, 10_000)).height).toBeGreaterThan(start.height);
      await page.locator('crm-dashboard-edit .tools button').nth(1).click();
      expect(await until(() => spot(page, first), back, 10_000)).toEqual(start);

      const before = await spot(page, second);
      await drag(page, second, { x: 0, y: before.height + 40 });
      expect((await until(() => spot(page, second), ({ y }) => y > before.y, 10_000)).y).toBeGreaterThan(before.y);
      await page.locator('crm-dashboard-edit .tools .crm-button--primary').click();
      await page.locator('crm-dashboard-edit').waitFor({ state: 'detached', timeout: 30_000 });
      await page.goto(journey.product.product.url);
      await drawn(page, 8);
      const kept = await order(page);
      expect(kept).not.toEqual(original);
      expect([...kept].sort()).toEqual([...original].sort());

      await page.locator('crm-page-header .actions > button.crm-icon-button').last().click();
      await page.getByRole('menuitem').last().click();
      await page.locator('mat-dialog-container .crm-button--danger').click();
      await until(() => order(page), (titles) => titles.join() === original.join(), 60_000);
      expect(errors).toEqual([]);
      await context.close();
    }, 180_000);
  }

  pipelineSpecs(journey);
  revenueSpecs(journey);
  reportsSpecs(journey);
  reportSharingSpecs(journey);
  deliverySpecs(journey);
  reportQuestionsSpecs(journey);
  recordsSpecs(journey);
  pagesSpecs(journey);
});
