import { viewProofs, type ProofCase, type ViewProof } from 'crm_semantic';
import pg from 'pg';
import { inTurn, readConfig } from '../config.js';
import { signIn } from '../support/browser.fixture.js';
import { CountedHands } from '../support/counted.hands.js';
import type { Journey } from '../support/product.journey.js';
import { answered, comparedWithBooks, type Language, type Ledger } from '../support/shown.books.js';

/** A question of the seeds' users: how it is built, and what Postgres says. */
interface Question {
  readonly title: string;
  readonly language: Language;
  readonly by: 'mouse' | 'keyboard';
  readonly build: (hands: CountedHands) => Promise<void>;
  readonly answer: Ledger;
}
const day = (at: Date): string => at.toISOString().slice(0, 10);
const monthStart = (back: number): string => { const now = new Date(); return day(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1))); };
const lastYear = (dimension: string): Pick<ProofCase, 'period'> => ({ period: { dimension, from: monthStart(11), to: day(new Date()) } });
const find = '[data-test=find-field]';

/** The deals of the cohorts with the day that they were first forecast for: that before the first change that the audit log has, else the one they have. */
function slipped(): ViewProof {
  const proof = viewProofs.find(({ view }) => view === 'forecast_cohorts')!;
  const month = (of: string): string => `date_trunc('month', ${of}::timestamp)`;
  return {
    ...proof,
    rows: `SELECT b.*, f.first_day FROM (${proof.rows}) b JOIN crm_core.crm_deals x ON x.id::text = b.id CROSS JOIN LATERAL (SELECT coalesce(
      (SELECT (l.before->>'close_date')::date FROM crm_core.crm_audit_log l WHERE l.entity = 'deals' AND l.entity_id = x.id AND l.before ? 'close_date' ORDER BY l.id LIMIT 1), x.close_date) AS first_day) f`,
    dimensions: { ...proof.dimensions, first: { sql: 'r.first_day', kind: 'date' }, is_later: { sql: `(${month('r.closes')} > ${month('r.first_day')})`, kind: 'text' } },
  };
}

/** Types words and takes the nearest field, put where the keys say. */
const enter = async (hands: CountedHands, typed: string, chord = 'Enter'): Promise<void> => {
  await hands.type(typed);
  await hands.key(chord);
};
/** Finds a field in a catalogue where nothing was looked for yet. */
const pickFirst = async (hands: CountedHands, typed: string, member: string): Promise<void> => {
  await hands.click(find);
  await hands.type(typed);
  await hands.click(`[data-field="${member}"]`);
};

/** Types words into the search in place of others and clicks a field. */
const pick = async (hands: CountedHands, typed: string, member: string): Promise<void> => {
  await hands.click(find);
  await hands.key('Control+A');
  await hands.type(typed);
  await hands.click(`[data-field="${member}"]`);
};

const questions: readonly Question[] = [
  {
    title: 'the pipeline by owner and quarter against quota', language: 'en', by: 'keyboard',
    async build(hands) {
      await hands.key('/');
      for (const typed of ['quota', 'open', 'quota attainment', 'owner', 'quarter']) await enter(hands, typed);
    },
    answer: { view: 'forecast', rows: 'owner', columns: 'close_date.quarter', values: ['quota_amount', 'open_amount', 'quota_attainment'] },
  },
  {
    title: 'the win rate by source and region', language: 'ar', by: 'mouse',
    async build(hands) {
      await pick(hands, 'معدل الربح', 'deals.win_rate');
      await pick(hands, 'المصدر', 'deals.source');
      await hands.click(find);
      await hands.key('Control+A');
      await hands.type('المنطقة');
      await hands.drag('[data-field="deals.region"]', '[data-well=columns] ol');
      await hands.choose('[data-test=period]', 'last12Months');
    },
    answer: { view: 'deals', rows: 'source', columns: 'region', values: ['win_rate'], narrowed: lastYear('closed_at') },
  },
  {
    title: 'the sales cycle by product', language: 'en', by: 'mouse',
    async build(hands) {
      await pick(hands, 'cycle', 'deals.sales_cycle');
      await pick(hands, 'won', 'deals.won_count');
      await pick(hands, 'product', 'deals.product');
    },
    answer: { view: 'deals', rows: 'product', values: ['sales_cycle', 'won_count'] },
  },
  {
    title: 'churned MRR by cohort', language: 'ar', by: 'keyboard',
    async build(hands) {
      await hands.key('/');
      await enter(hands, 'إيراد الشهر 0');
      await enter(hands, 'الفوج ربع');
      await enter(hands, 'الأشهر', 'Shift+Enter');
      await enter(hands, 'الحالة', 'Alt+Enter');
      await hands.see('[data-value=gone]');
      await enter(hands, 'مفقود');
      await hands.see('.chosen li');
      await hands.key('Enter');
    },
    answer: { view: 'retention', rows: 'cohort.quarter', columns: 'months_since', values: ['cohort_mrr'], narrowed: { filters: [{ dimension: 'state', values: ['gone'] }] } },
  },
  {
    title: 'what a new customer costs by channel', language: 'en', by: 'keyboard',
    async build(hands) {
      await hands.key('/');
      for (const typed of ['cac', 'cost', 'new customers', 'channel']) await enter(hands, typed);
    },
    answer: { view: 'acquisition', rows: 'channel', values: ['cac', 'cost', 'count'] },
  },
  {
    title: 'tickets by breach of the service level', language: 'ar', by: 'mouse',
    async build(hands) {
      await pick(hands, 'التذاكر', 'tickets.count');
      await pick(hands, 'مستوى الخدمة', 'tickets.sla');
      await hands.click(find);
      await hands.key('Control+A');
      await hands.type('الأولوية');
      await hands.drag('[data-field="tickets.priority"]', '[data-well=columns] ol');
    },
    answer: { view: 'tickets', rows: 'sla', columns: 'priority', values: ['count'] },
  },
  {
    title: 'the deals that slipped this month', language: 'en', by: 'mouse',
    async build(hands) {
      await pickFirst(hands, 'cohort', 'forecast_cohorts.count');
      await hands.click('[data-field="forecast_cohorts.amount"]');
      await pick(hands, 'deal', 'forecast_cohorts.name');
      await hands.choose('[data-test=period]', 'thisMonth');
      await hands.click(find);
      await hands.key('Control+A');
      await hands.type('slipped');
      await hands.drag('[data-field="forecast_cohorts.slip_months"]', '[data-well=filters] ol');
      await hands.choose('[data-test=condition-operator]', 'gt');
      await hands.click('[data-test=condition-number]');
      await hands.type('0');
      await hands.key('Enter');
    },
    answer: { view: 'forecast_cohorts', rows: 'name', values: ['count', 'amount'], proof: slipped, narrowed: { period: { dimension: 'first', from: monthStart(0), to: day(new Date()) }, filters: [{ dimension: 'is_later', values: ['true'] }] } },
  },
  {
    title: 'the forecast by category', language: 'ar', by: 'keyboard',
    async build(hands) {
      await hands.key('/');
      for (const typed of ['المفتوح المرجح', 'المفتوح', 'فئة التوقع', 'يوم الإغلاق ربع']) await enter(hands, typed);
    },
    answer: { view: 'forecast', rows: 'category', columns: 'close_date.quarter', values: ['weighted_amount', 'open_amount'] },
  },
];

/** The questions that a report builder is bought for, each built from nothing, in a product that other specs share. */
export function reportQuestionsSpecs(journey: Journey): void {
  for (const { title, language, by, build, answer } of inTurn(questions, 0, 2)) {
    it(`answers ${title} in fewer than twenty acts by ${by}, and every number shown is that of Postgres (${language})`, async () => {
      if (readConfig().withoutOptional) return pending('reports are an optional feature');
      const client = new pg.Client({ connectionString: journey.product.product.env['CRM_PG_STREAM_URL'] });
      await client.connect();
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, { language }, 'exec@crm.test', journey.product.product.demoPassword);
      try {
        if (answer.proof) await postpone(journey);
        await page.goto(`${journey.product.product.url}/reports/new`);
        await page.locator('[data-view]').first().waitFor({ timeout: 60_000 });
        const hands = new CountedHands(page);
        await build(hands);
        expect(hands.count).withContext('interactions').toBeLessThan(20);
        await answered(page);
        const { wrong, shown, books, cells } = await comparedWithBooks(page, client, answer, language);
        expect(wrong.slice(0, 8)).toEqual([]);
        expect(shown).withContext('rows').toEqual(books);
        expect(cells).toBeGreaterThan(1);
        expect(errors).toEqual([]);
      } finally {
        await context.close();
        await client.end();
      }
    }, 240_000);
  }
}

/** Puts off two deals that were to close this month: the sample has none that slipped. */
async function postpone(journey: Journey): Promise<void> {
  const admin = await journey.product.client('admin@crm.test');
  const { items } = await admin.must<{ items: { id: string }[] }>('GET', `/deals?limit=2&filter[status]=open&filter[close_date][gte]=${monthStart(0)}&filter[close_date][lte]=${day(new Date())}`);
  for (const { id } of items) await admin.must('PATCH', `/deals/${id}`, { close_date: monthStart(-2) });
  expect(items.length).withContext('deals that should close this month').toBeGreaterThan(0);
}
