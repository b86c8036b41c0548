import { inTurn, readConfig } from '../config.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { until } from '../support/product.client.js';
import type { Journey } from '../support/product.journey.js';

const wide = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';
const asked = (view: string, values: Record<string, string>): object[] => Object.entries(values).map(([name, value]) => ({ member: `${view}.${name}`, operator: 'equals', values: [value] }));

/** An amount as it is written in either language. */
const amount = (text: string): number => Number(text.replace(/[^\d.٫]/g, '').replace('٫', '.').replace(/\.$/, ''));

/** The page of the pipeline over time, in a product that other specs share: everything is told of changes that are made here. */
export function pipelineSpecs(journey: Journey): void {
  const address = (query: string): string => `${journey.product.product.url}/pipeline?${query}`;
  let from = '';
  let then = 0;

  /** Makes one change of each kind, once, and waits until they can be asked for. */
  async function change(): Promise<void> {
    if (from !== '') return;
    const admin = await journey.product.client();
    const { items } = await admin.must<{ items: { id: string; pipeline_id: string; account_id: string; currency: string; expected_value: string | null }[] }>('GET', '/deals?filter[status]=open&filter[expected_value][gt]=1000&limit=2');
    const [grown, lost] = items;
    if (!grown || !lost) throw new Error('the sample has too few open deals');
    const start = new Date().toISOString();
    // The moment must be complete in the warehouse before it is told of.
    then = Number((await until(() => admin.load({ measures: ['deals_asof.open_amount'], filters: asked('deals_asof', { as_of: start }) }), ({ watermark }) => watermark.committed_at > start, 30_000)).data[0]?.['deals_asof.open_amount']);
    await admin.must('PATCH', `/deals/${grown.id}`, { expected_value: String(Number(grown.expected_value) + 500), currency: grown.currency });
    await admin.must('POST', '/deals', { name: 'Fresh from the journey', account_id: grown.account_id, expected_value: '1234.50', currency: 'USD' });
    const stages = (await admin.must<{ items: { id: string; stages: { id: string; kind: string }[] }[] }>('GET', '/pipelines')).items.find(({ id }) => id === lost.pipeline_id)?.stages ?? [];
    await admin.must('POST', `/deals/${lost.id}/stage`, { stage_id: stages.find(({ kind }) => kind === 'lost')?.id, lost_reason: 'price' });
    const counts = { measures: ['new_count', 'increased_count', 'lost_count'].map((name) => `pipeline_change.${name}`), filters: asked('pipeline_change', { from: start }) };
    await until(() => admin.figures(counts), (row) => Object.values(row).every((count) => Number(count) >= 1), 30_000);
    from = start;
  }

  /** A deal grows after an instant, and is told of. */
  async function grow(since: string): Promise<void> {
    const admin = await journey.product.client();
    const [deal] = (await admin.must<{ items: { id: string; currency: string; expected_value: string }[] }>('GET', '/deals?filter[status]=open&filter[expected_value][gt]=1000&limit=1')).items;
    await admin.must('PATCH', `/deals/${deal?.id ?? ''}`, { expected_value: String(Number(deal?.expected_value) + 250), currency: deal?.currency });
    await until(() => admin.figures({ measures: ['pipeline_change.increased_count'], filters: asked('pipeline_change', { from: since }) }), (row) => Number(row['pipeline_change.increased_count']) >= 1, 30_000);
  }

  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const viewer of inTurn(viewers, 0, 2)) {
    it(`says what changed since a moment, by mouse and by keyboard (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (readConfig().withoutOptional) return pending('the page is an optional feature');
      await change();
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'exec@crm.test', journey.product.product.demoPassword);
      await page.goto(address(`from=${from}`));
      const bar = (key: string) => page.locator(`crm-waterfall [data-key="${key}"]`);
      const sum = page.locator('crm-deals-behind .sum');
      await bar('new').click({ timeout: 30_000 });
      await until(() => sum.getAttribute('data-sum'), (state) => state === 'equal', 30_000);
      expect(await page.locator('crm-deals-behind tbody').innerText()).toContain('Fresh from the journey');
      await bar('new').focus();
      for (let step = 0; step < 9 && (await bar('lost').evaluate((one) => one !== one.ownerDocument.activeElement)); step += 1) await page.keyboard.press(viewer.language === 'ar' ? 'ArrowLeft' : 'ArrowRight');
      await page.keyboard.press('Enter');
      await page.waitForURL((at) => at.searchParams.get('pick') === 'lost', { timeout: 15_000 });
      await until(() => sum.getAttribute('data-sum'), (state) => state === 'equal', 30_000);
      expect(await page.locator('[role=alert]').count()).withContext('the bridge adds up').toBe(0);
      expect(await page.evaluate(wide)).toBeTrue();
      expect(await violations(page)).withContext('changes').toEqual([]);

      await page.goto(address(`from=${from}&by=team&view=flow`));
      const cell = page.locator('crm-pipeline-flow button[data-cell]').first();
      await cell.click({ timeout: 30_000 });
      await page.locator('crm-deals-behind tbody tr').first().waitFor({ timeout: 30_000 });
      expect(['equal', 'part']).toContain(await sum.getAttribute('data-sum') ?? '');
      expect(await violations(page)).withContext('flow').toEqual([]);

      await page.goto(address(`at=${from}&view=asof`));
      const shown = await until(() => page.locator('[data-line=open_amount] .then').innerText({ timeout: 30_000 }), (text) => /\d/.test(text), 30_000);
      expect(amount(shown)).withContext(shown).toBeCloseTo(then, 2);
      expect(await violations(page)).withContext('then and now').toEqual([]);

      // The minute after those changes, as the fields of the page take it: what happens from then on is compared, and the moment travelled to, by mouse in one language and by keyboard in the other.
      const minute = new Date(Math.ceil(Date.parse(from) / 60_000) * 60_000).toISOString();
      const enter = async (name: string, value: string): Promise<void> => {
        const field = page.locator(`input[name=${name}]`);
        await field.waitFor({ timeout: 30_000 });
        await field.fill(value.slice(0, 16));
        if (viewer.language === 'en') await field.locator('xpath=ancestor::form').locator('button[type=submit]').click();
        else await field.press('Enter');
        await page.waitForURL((at) => at.searchParams.has(name), { timeout: 15_000 });
      };
      await until(() => Promise.resolve(new Date().toISOString()), (now) => now > minute, 65_000);
      await grow(minute);
      await page.goto(address('view=changes&from=2001-01-01T00:00Z'));
      await enter('from', minute);
      await bar('increased').click({ timeout: 30_000 });
      await until(() => sum.getAttribute('data-sum'), (state) => state === 'equal', 30_000);
      expect(await page.locator('[role=alert]').count()).withContext('the bridge between two dates adds up').toBe(0);
      await page.goto(address('view=asof'));
      await enter('at', minute);
      const there = Number((await (await journey.product.client()).figures({ measures: ['deals_asof.open_amount'], filters: asked('deals_asof', { as_of: minute }) }))['deals_asof.open_amount']);
      await until(() => page.locator('[data-line=open_amount] .then').innerText({ timeout: 30_000 }).then(amount), (text) => Math.abs(text - there) < 0.005, 30_000);

      await page.goto(address(`from=${from}&view=stages`));
      await page.locator('crm-pipeline-stages table tbody tr, crm-pipeline-stages crm-empty').first().waitFor({ timeout: 30_000 });
      expect(await page.evaluate(wide)).toBeTrue();
      expect(await violations(page)).withContext('stages').toEqual([]);
      expect(errors).toEqual([]);
      await context.close();
    }, 300_000);
  }

  it('says before history begins that nobody knows, instead of a number', async () => {
    if (readConfig().withoutOptional) return pending('the page is an optional feature');
    const { page, context } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'exec@crm.test', journey.product.product.demoPassword);
    await page.goto(address('from=2001-01-01T00:00Z'));
    await page.getByText('History does not reach back so far').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Show as far back as it reaches' }).click();
    await page.locator('crm-waterfall [data-key="closing"]').waitFor({ timeout: 30_000 });
    await context.close();
  }, 90_000);
}
