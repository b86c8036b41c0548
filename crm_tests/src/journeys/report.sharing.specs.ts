import { viewProofs, type ViewProof } from 'crm_semantic';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { inTurn, readConfig } from '../config.js';
import { signIn, violations } from '../support/browser.fixture.js';
import { handsOf, verifiedDownload, type Hands } from '../support/person.hands.js';
import { until } from '../support/product.client.js';
import type { Journey } from '../support/product.journey.js';
import { answered, comparedWithBooks, type Language, type Ledger } from '../support/shown.books.js';
import { readNumber, shownGrid } from '../support/shown.grid.js';

const reader = 'rep@crm.test';

/** The books of deals as far as one person owns them. */
function owned(): ViewProof {
  const proof = viewProofs.find(({ view }) => view === 'deals')!;
  return { ...proof, rows: `SELECT b.* FROM (${proof.rows}) b JOIN crm_core.crm_deals x ON x.id::text = b.id JOIN crm_core.crm_users u ON u.id = x.owner_id AND u.email = '${reader}'` };
}

interface Way {
  readonly language: Language;
  readonly by: 'mouse' | 'keyboard';
  /** What is looked for, and the field that is meant. */
  readonly fields: readonly (readonly [typed: string, member: string])[];
  readonly formula: string;
}

const ways: readonly Way[] = [
  { language: 'en', by: 'mouse', fields: [['won revenue', 'deals.won_amount'], ['won deals', 'deals.won_count'], ['source', 'deals.source']], formula: 'share([Won revenue], grand)' },
  { language: 'ar', by: 'keyboard', fields: [['إيراد الصفقات الرابحة', 'deals.won_amount'], ['الصفقات الرابحة', 'deals.won_count'], ['المصدر', 'deals.source']], formula: 'حصة([إيراد الصفقات الرابحة]، الكل)' },
];
const answer: Ledger = { view: 'deals', rows: 'source', values: ['won_amount', 'won_count'] };

/** A report with a value of its own, its files, and what another role sees of it, in a product that other specs share. */
export function reportSharingSpecs(journey: Journey): void {
  for (const { language, by, fields, formula } of inTurn(ways, 1, 2)) {
    it(`calculates a value, proves its files, saves and shares the report, and shows another role its own rows, as Postgres has them, by ${by} (${language})`, async () => {
      if (readConfig().withoutOptional) return pending('reports are an optional feature');
      const { url, demoPassword, env } = journey.product.product;
      const client = new pg.Client({ connectionString: env['CRM_PG_STREAM_URL'] });
      await client.connect();
      const signed = await signIn(journey.browser, url, { language }, 'admin@crm.test', demoPassword);
      const hands = handsOf(signed.page, by);
      const title = `Shares of sources ${language}`;
      try {
        await signed.page.goto(`${url}/reports/new`);
        await signed.page.locator('[data-test=find-field]').waitFor({ timeout: 60_000 });
        for (const [typed, member] of fields) {
          await hands.fill('[data-test=find-field]', typed);
          await hands.act(`[data-field="${member}"]`);
        }
        await hands.act('[data-test=new-formula]');
        await hands.fill('[data-test=formula-title]', 'Share of all');
        await hands.fill('[data-test=formula-title-ar]', 'الحصة من الكل');
        await hands.fill('[data-test=formula]', formula);
        await signed.page.locator('[data-test=formula-unit]').waitFor({ timeout: 15_000 });
        expect(await violations(signed.page, ['region'])).withContext('the formula').toEqual([]);
        await hands.act('[data-test=formula-save]');
        await signed.page.locator('[data-test=formula]').waitFor({ state: 'detached', timeout: 15_000 });
        await answered(signed.page);
        expect(await shares(signed.page)).toBeCloseTo(1, 2);
        await hands.choose('[data-test=top]', 1);
        await hands.fill('[data-test=top-n]', '2');
        await answered(signed.page);
        expect(await shares(signed.page)).withContext('with the rest').toBeCloseTo(1, 2);
        for (const format of ['xlsx', 'csv', 'pdf'] as const) await verified(journey, signed.page, hands, format);

        await hands.act('[data-test=save]');
        await hands.fill('crm-record-form input', title);
        await hands.act('crm-record-form [type=submit]');
        await signed.page.waitForURL((at) => /^\/reports\/0/.test(at.pathname), { timeout: 15_000 });
        await hands.act('[data-test=more]');
        await hands.act('[data-test=share]');
        await hands.choose('[data-test=share-role]', 'rep');
        await hands.act('[data-test=share-save]');
        await signed.page.locator('crm-share-panel').waitFor({ state: 'detached', timeout: 15_000 });
        expect(signed.errors).toEqual([]);
        await signed.context.close();

        const other = await signIn(journey.browser, url, { language }, reader, demoPassword);
        await other.page.goto(`${url}/reports`);
        await other.page.getByRole('link', { name: title }).waitFor({ timeout: 60_000 });
        await handsOf(other.page, by).act(`a:has-text("${title}")`);
        await answered(other.page);
        // The two largest and the rest are not in the books under these names; without the cut each source is.
        expect(await shares(other.page)).toBeCloseTo(1, 2);
        await handsOf(other.page, by).choose('[data-test=top]', 0);
        await answered(other.page);
        const compared = await comparedWithBooks(other.page, client, { ...answer, proof: owned }, language, 3);
        expect(compared.wrong.slice(0, 8)).toEqual([]);
        expect(compared.shown).toEqual(compared.books);
        expect(compared.cells).toBeGreaterThan(4);
        // It is the reader's part, not what the other has been shown.
        const all = await comparedWithBooks(other.page, client, answer, language, 3);
        expect(all.wrong.length).toBeGreaterThan(0);
        expect(await violations(other.page, ['region'])).toEqual([]);
        expect(other.errors).toEqual([]);
        await other.context.close();
      } finally {
        await client.end();
      }
    }, 300_000);
  }
}

/** The sum of the last value over the rows that are shown, without that of the total. */
async function shares(page: Page): Promise<number> {
  const { lines } = await shownGrid(page);
  const numbers = lines.map(({ cells }) => readNumber(cells.at(-1) ?? '')?.value ?? 0);
  // The total stands last and is all of it.
  expect(numbers.at(-1)).toBeCloseTo(1, 3);
  return numbers.slice(0, -1).reduce((sum, one) => sum + one, 0);
}

/** Every file of a report proves itself. */
async function verified(journey: Journey, page: Page, hands: Hands, format: 'xlsx' | 'csv' | 'pdf'): Promise<void> {
  await hands.act('[data-test=more]');
  await hands.act('[data-test=download]');
  await page.locator(`[data-format=${format}]`).waitFor({ timeout: 15_000 });
  await verifiedDownload(journey.product, page, () => hands.act(`[data-format=${format}]`));
  await until(() => page.locator('.mat-mdc-menu-panel').count(), (count) => count === 0, 10_000);
}
