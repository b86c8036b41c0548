import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { readConfig } from '../config.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { startEmbedHost, type EmbedHost } from '../support/embed.host.js';
import { until, type ProductClient } from '../support/product.client.js';
import { unproved } from '../support/product.fixture.js';
import { useProduct } from '../support/product.journey.js';

interface Report { readonly id: string }
interface Token { readonly id: string; readonly token: string }
interface Answer { readonly cells: Record<string, string[]>; readonly currency: string; readonly rows: object[] }
interface Node { readonly level: number }
interface Split { readonly cells: Record<string, (string | null)[]>; readonly rows: readonly Node[]; readonly columns: readonly Node[] }
interface Role { readonly id: string; readonly key: string; readonly fields: Record<string, Record<string, string>> }

const definition = { v: 1, view: 'deals', rows: [{ member: 'deals.region' }], columns: [], values: [{ key: 'won', measure: 'deals.won_amount' }, { key: 'n', measure: 'deals.won_count' }], show: { shape: 'table' } };
const names = { name: 'Won by region', name_ar: 'الربح بحسب المنطقة', definition };
/** What of a number is told in any language. */
const digits = (text: string): string => text.replace(/[^\d.]/g, '').replace(/\.0+$/, '');

describe('embed journey', () => {
  const journey = useProduct('small', unproved);
  let host: EmbedHost;
  let db: Client;
  const people: Record<string, { client: ProductClient; report: string; total: string }> = {};
  beforeAll(async () => {
    host = await startEmbedHost(journey.product.product.url);
    db = new Client({ connectionString: journey.product.product.env['CRM_PG_URL'] });
    await db.connect();
    if (readConfig().withoutOptional) return;
    // A role whose people see their own deals, and may show them elsewhere.
    const admin = await journey.product.client();
    await admin.must('POST', '/roles', { key: 'own_embedder', name: 'Own', name_ar: 'خاص', permissions: { deals: { read: 'own' }, accounts: { read: 'own' }, reports: { read: 'all', write: 'own', delete: 'own', export: 'all' } } });
    const [rep] = (await admin.must<{ items: Report[] }>('GET', '/users?filter[email]=rep@crm.test')).items;
    await admin.must('PUT', `/users/${rep?.id ?? ''}/roles`, { roles: ['own_embedder'] });
    for (const who of ['exec', 'rep']) {
      const client = await journey.product.client(`${who}@crm.test`);
      const { id: report } = await client.must<Report>('POST', '/reports', names);
      const answer = await until(() => client.must<Answer>('POST', '/analytics/report', definition), ({ cells }) => Number(cells['won']?.[0]) > 0, 120_000);
      people[who] = { client, report, total: answer.cells['won']?.[0] ?? '' };
    }
  }, 180_000);
  afterAll(async () => { await db.end(); await host.close(); });

  const personOf = (who: string): { client: ProductClient; report: string; total: string } => { const found = people[who]; if (!found) throw new Error(who); return found; };
  const issue = (who: string, change: object = {}): Promise<Token> => personOf(who).client.must<Token>('POST', `/reports/${personOf(who).report}/embed-tokens`, { origins: [host.origin], ...change });
  const seen = async (address: string, viewer: Viewer, look: (page: Page, errors: string[]) => Promise<void>): Promise<void> => {
    const context = await journey.browser.newContext({ viewport: { width: viewer.width ?? 1000, height: 700 }, colorScheme: viewer.theme ?? 'light' });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(address);
    await look(page, errors);
    await context.close();
  };
  const total = (page: Page): Promise<string> => page.locator('.crm-report .crm-r-total td').first().innerText({ timeout: 60_000 });
  const off = (): boolean => { if (readConfig().withoutOptional) pending('embedding is an optional feature'); return readConfig().withoutOptional; };

  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const viewer of viewers) {
    it(`shows each issuer's own total in a plain page and in a React host (${viewer.language}, ${viewer.width ?? 1000} px)`, async () => {
      if (off()) return;
      expect(Number(personOf('rep').total)).withContext('rows differ').toBeLessThan(Number(personOf('exec').total));
      for (const who of ['exec', 'rep']) {
        const { token } = await issue(who);
        for (const kind of ['plain', 'react'] as const) {
          await seen(`${host.origin}${host[kind](token, viewer.language)}`, viewer, async (page, errors) => {
            const at = `${who} ${kind}`;
            expect(digits(await total(page))).withContext(at).toBe(digits(personOf(who).total));
            expect(await page.locator('.crm-report').getAttribute('dir')).withContext(at).toBe(viewer.language === 'ar' ? 'rtl' : 'ltr');
            expect(await page.locator('.crm-report h2').innerText()).withContext(at).toBe(viewer.language === 'ar' ? names.name_ar : names.name);
            expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).withContext(at).toBeTrue();
            expect(await violations(page)).withContext(at).toEqual([]);
            expect(await page.locator('.crm-report').evaluate((one) => (globalThis as unknown as { getComputedStyle(of: unknown): { borderRadius: string } }).getComputedStyle(one).borderRadius)).withContext(`${at}: dressed, under the page's policy`).toBe('10px');
            expect(errors).withContext(at).toEqual([]);
          });
        }
      }
    }, 240_000);
  }

  it('draws a split in the columns as bars or lines of their own colours, each with its numbers', async () => {
    if (off()) return;
    const { client } = personOf('exec');
    const split = { ...definition, columns: [{ member: 'deals.status' }], values: [{ key: 'n', measure: 'deals.count' }] };
    const { cells: { n: cells = [] }, ...answer } = await until(() => client.must<Split>('POST', '/analytics/report', split), ({ rows }) => rows.length > 2, 120_000);
    const leaves = (nodes: readonly Node[]): number[] => nodes.flatMap(({ level }, at) => (level === 1 ? [at] : []));
    const [rows, columns] = [leaves(answer.rows), leaves(answer.columns)];
    expect(columns.length).toBeGreaterThan(1);
    for (const shape of ['bar', 'line']) {
      const { id } = await client.must<Report>('POST', '/reports', { ...names, name: `By status, ${shape}`, definition: { ...split, show: { shape } } });
      const { token } = await client.must<Token>('POST', `/reports/${id}/embed-tokens`, { origins: [host.origin] });
      await seen(`${host.origin}${host.plain(token, 'en')}`, { language: 'en' }, async (page, errors) => {
        await page.locator('.crm-report .crm-r-legend').waitFor({ timeout: 60_000 });
        expect(await page.locator('.crm-r-legend li').count()).withContext(shape).toBe(columns.length);
        const told = shape === 'bar' ? await page.locator('.crm-r-bars b').allInnerTexts() : await page.locator('.crm-r-lines title').evaluateAll((all) => (all as unknown as { textContent: string }[]).map(({ textContent }) => textContent.split(': ').at(-1) ?? ''));
        const numbers = (shape === 'bar' ? rows.flatMap((row) => columns.map((column) => [row, column])) : columns.flatMap((column) => rows.map((row) => [row, column])))
          .map(([row = 0, column = 0]) => Number(cells[row * answer.columns.length + column] ?? 0));
        expect(told.map((text) => Number(digits(text)))).withContext(shape).toEqual(numbers);
        expect(numbers.some((number) => number > 0)).toBeTrue();
        expect(await violations(page)).withContext(shape).toEqual([]);
        expect(errors).toEqual([]);
      });
    }
  }, 180_000);

  it('shows nothing with a token that is expired, foreign, no embed token, revoked, or for another page', async () => {
    if (off()) return;
    const [expired, live, revoked] = [await issue('exec'), await issue('exec'), await issue('exec')];
    await db.query(`UPDATE crm_core.crm_report_embeds SET expires_at = now() - interval '1 second' WHERE id = $1`, [expired.id]);
    await personOf('exec').client.must('DELETE', `/embed-tokens/${revoked.id}`);
    const foreign = live.token.replace(/\.([\w-]+)$/, (_, signature: string) => `.${[...signature].reverse().join('')}`);
    const access = personOf('exec').client.authorization.replace('Bearer ', '');
    const cases: readonly (readonly [string, string, string])[] = [[host.origin, expired.token, 'embed_token_expired'], [host.origin, foreign, 'embed_token_foreign'], [host.origin, access, 'embed_token_foreign'], [host.origin, revoked.token, 'embed_token_withdrawn'], [host.other, live.token, 'unreachable']];
    for (const [origin, token, code] of cases) {
      for (const kind of ['plain', 'react'] as const) {
        await seen(`${origin}${host[kind](token, 'en')}`, { language: 'en' }, async (page) => {
          const state = page.locator('.crm-report [data-state=expired], .crm-report [data-state=error]');
          await state.waitFor({ timeout: 30_000 });
          const told = kind === 'plain' ? (await page.evaluate<string[]>('window.told')).join() : await page.locator('#said').innerText();
          expect(told).withContext(`${code} ${kind}`).toBe(code === 'embed_token_expired' ? 'expired' : kind === 'plain' ? `error ${code}` : code);
          expect([await page.locator('.crm-report table, .crm-report h2, .crm-report dl').count(), /\d/.test(await page.locator('.crm-report').innerText())]).withContext(`${code} ${kind}`).toEqual([0, false]);
          expect(await violations(page)).withContext(code).toEqual([]);
        });
      }
    }
  }, 180_000);

  it('takes the figures away when the token ends in an open page, and shows them again with the next', async () => {
    if (off()) return;
    const context = await journey.browser.newContext();
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${host.origin}${host.plain((await issue('exec')).token, 'en')}`);
    await total(page);
    await page.clock.fastForward('02:00:00');
    await page.locator('.crm-report [data-state=expired]').waitFor({ timeout: 15_000 });
    expect([await page.locator('.crm-report table').count(), await page.evaluate<string[]>('window.told')]).toEqual([0, ['loaded', 'expired']]);
    const { token } = await issue('exec', { seconds: 86_400 });
    await page.evaluate(`document.querySelector('crm-report').setAttribute('token', ${JSON.stringify(token)})`);
    expect(digits(await total(page))).toBe(digits(personOf('exec').total));
    await context.close();
  }, 120_000);

  it('tells a page nothing but what is drawn, and nothing of a field that is hidden from the issuer', async () => {
    if (off()) return;
    const { token } = await issue('rep');
    const ask = async (): Promise<{ status: number; body: Record<string, unknown> }> => {
      const response = await fetch(`${journey.product.product.url}/crm/v1/embed/report`, { method: 'POST', headers: { authorization: `Bearer ${token}`, origin: host.origin, 'content-type': 'application/json' }, body: '{"locale":"ar"}' });
      return { status: response.status, body: await response.json() as Record<string, unknown> };
    };
    const { status, body } = await ask();
    expect([status, Object.keys(body).sort()]).toEqual([200, ['before', 'cells', 'columns', 'compare', 'compared', 'consistent', 'currency', 'cut', 'expires_at', 'fiscal_year_start_month', 'locale', 'proof', 'range', 'report', 'rows', 'shape', 'splits', 'totals', 'values', 'watermark']]);
    expect(JSON.stringify(body)).not.toMatch(/"(query|point|filters|trace_id|owner\w*)"/);
    const admin = await journey.product.client();
    const role = (await admin.must<{ items: Role[] }>('GET', '/roles')).items.find(({ key }) => key === 'own_embedder');
    await admin.must('PATCH', `/roles/${role?.id ?? ''}`, { fields: { deals: { expected_value: 'hidden' } } });
    const hidden = await until(ask, (answer) => answer.status !== 200, 15_000);
    expect([hidden.status, JSON.stringify(hidden.body).includes(personOf('rep').total)]).toEqual([422, false]);
    await admin.must('PATCH', `/roles/${role?.id ?? ''}`, { fields: {} });
    await until(ask, (answer) => answer.status === 200, 15_000);
  }, 120_000);

  for (const viewer of viewers) {
    it(`gives the snippet for a page in the builder, and ends it there (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (off()) return;
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'exec@crm.test', journey.product.product.demoPassword);
      await page.goto(`${journey.product.product.url}/reports/${personOf('exec').report}`);
      await page.locator('[data-test=more]').click({ timeout: 60_000 });
      await page.locator('[data-test=embed]').click();
      await page.locator('[data-test=embed-origins]').fill('*');
      await page.locator('[data-test=embed-make]').click();
      await page.locator('crm-embed-panel crm-problem').waitFor({ timeout: 15_000 });
      await page.locator('[data-test=embed-origins]').fill(host.origin);
      await page.locator('[data-test=embed-make]').click();
      const snippet = await page.locator('[data-snippet=html]').innerText({ timeout: 15_000 });
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
      const [, token = ''] = /token="([\w.-]+)"/.exec(snippet) ?? [];
      await seen(`${host.origin}${host.plain(token, viewer.language)}`, viewer, async (own) => { expect(digits(await total(own))).toBe(digits(personOf('exec').total)); });
      const rows = page.locator('[data-token]');
      await rows.first().waitFor({ timeout: 15_000 });
      const count = await rows.count();
      await page.locator('[data-test=embed-revoke]').first().click();
      await until(() => rows.count(), (left) => left === count - 1, 15_000);
      await seen(`${host.origin}${host.plain(token, viewer.language)}`, viewer, async (own) => { await own.locator('.crm-report [data-state=error]').waitFor({ timeout: 30_000 }); });
      expect(errors).toEqual([]);
      await context.close();
    }, 120_000);
  }
});
