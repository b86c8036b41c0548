import { plainDecimal, sameNumber } from '../proof/number.compare.js';
import { ids } from '../testing/business.data.js';
import { insertRandomBusiness, seeded } from '../testing/random.business.js';
import { SemanticFixture, uuid, type Reply } from '../testing/semantic.fixture.js';
import type { RowsAnswer, RowsItem } from './rows.types.js';

const seed = 20261129;
/** Numbers that no sum, quotient or middle of rows makes; their rows are what they are computed from. */
const computed = /^(?:stage_visits\.median_days|tickets\.nps_(?:low|high)|forecast_accuracy\.\w+_accuracy|unit_economics\.(?:paying_accounts|arpa|cac_payback|ltv|ltv_to_cac))$/;

interface MetaMember { readonly name: string; readonly type: string; readonly meta?: { readonly asked?: string; readonly parts?: readonly { readonly member: string; readonly role: string }[] } }
interface MetaView { readonly name: string; readonly measures: readonly MetaMember[]; readonly dimensions: readonly MetaMember[] }
type Claims = NonNullable<Parameters<SemanticFixture['call']>[2]>;

/** Decimal text summed exactly, in units of 10^-12. */
const units = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  return BigInt(whole + fraction.slice(0, 12).padEnd(12, '0')) * (text.startsWith('-') ? -1n : 1n);
};
const decimal = (sum: bigint): string => plainDecimal(`${sum < 0n ? '-' : ''}${String(sum < 0n ? -sum : sum).padStart(13, '0').replace(/(\d{12})$/, '.$1')}`);

describe('rows of a number', () => {
  let fixture: SemanticFixture;
  let views: readonly MetaView[];
  const random = seeded(seed);
  const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const everywhere = (scope: 'own' | 'team' | 'region'): Claims['scopes'] => Object.fromEntries(['deals', 'accounts', 'contacts', 'leads', 'activities', 'tickets', 'subscriptions', 'invoices', 'campaigns', 'forecast'].map((name) => [name, scope]));
  const roles: readonly Claims[] = [
    {}, { scopes: everywhere('own'), user_id: ids.reps.sara }, { scopes: everywhere('team'), user_id: ids.reps.omar, team_ids: [ids.teams.gulf] }, { scopes: everywhere('region'), user_id: ids.reps.lena, region: 'EMEA' },
    { hidden: { deals: ['name', 'account_id'], accounts: ['industry'], users: ['name'] } },
  ];

  beforeAll(async () => {
    // Two cores may be busy with other suites.
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 600_000;
    fixture = await SemanticFixture.start();
    await insertRandomBusiness(fixture, seed);
    views = (await fixture.call('/cubejs-api/v1/meta')).body['cubes'] as MetaView[];
  }, 400_000);
  afterAll(() => fixture.stop());

  const rows = (body: object, claims: Claims = {}): Promise<Reply> => fixture.call('/rows', body, claims);
  const answered = async (body: object, claims: Claims): Promise<RowsAnswer> => {
    const { status, body: answer } = await rows(body, claims);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(answer)} for ${JSON.stringify(body)}`);
    return answer as unknown as RowsAnswer;
  };

  /** Numbers that are so many times the product of their parts. */
  const factors: Readonly<Record<string, number>> = { 'tickets.nps': 100, 'mrr_bridge.closing_arr': 12 };

  /** Every page of a number, held against the number that Cube shows. */
  async function check(measure: string, query: Record<string, unknown>, point: Record<string, unknown>, shown: unknown, claims: Claims): Promise<{ first: RowsAnswer; items: RowsItem[] }> {
    const asked = { query, measure, point, limit: Object.keys(point).length > 0 ? 40 : 200 };
    const first = await answered(asked, claims);
    const items = [...first.items];
    for (let { next_cursor: cursor } = first; cursor !== null;) {
      const page = await answered({ ...asked, cursor }, claims);
      expect(page.moved).toBeFalse();
      items.push(...page.items);
      cursor = page.next_cursor;
    }
    const where = `${measure} ${JSON.stringify({ query, point, claims, seed })}`;
    expect([items.length, new Set(items.map(({ id }) => id)).size]).withContext(where).toEqual([first.total_rows, first.total_rows]);
    const [value, expected] = [first.value, shown === null || shown === undefined ? null : String(shown)];
    expect(sameNumber(expected, value, 'exact') || sameNumber(expected, value, 'ratio')).withContext(`${where}: ${String(shown)} beside ${String(value)}`).toBeTrue();
    const numbers = first.parts.map(({ member, role, total }) => {
      const given = items.map(({ parts }) => parts[member] ?? null).filter((text) => text !== null);
      if (role === 'sample') {
        expect(Number(total)).withContext(where).toBe(given.length);
        const sorted = given.map(Number).sort((a, b) => a - b);
        const place = (sorted.length - 1) * (measure.endsWith('_p90') ? 0.9 : 0.5);
        const [low = NaN, high = NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
        return sorted.length === 0 ? null : measure.includes('.average_') ? sorted.reduce((sum, each) => sum + each, 0) / sorted.length : low + (high - low) * (place - Math.floor(place));
      }
      if (given.every((text) => !/e/i.test(text) && (text.split('.')[1] ?? '').length <= 12)) expect(decimal(given.reduce((sum, text) => sum + units(text), 0n))).withContext(`${where} ${member}`).toBe(plainDecimal(total ?? '0'));
      else expect(given.reduce((sum, text) => sum + Number(text), 0)).withContext(`${where} ${member}`).toBeCloseTo(Number(total), 6);
      return Number(total ?? 0);
    });
    for (const item of items) expect(Object.values(item.parts).some((part) => part !== null && (Number(part) !== 0 || first.parts.some(({ role }) => role === 'sample')))).withContext(where).toBeTrue();
    expect(first.makes_number).withContext(where).toBe(!computed.test(measure));
    // Its formula makes it of these sums and values; where it has a value, there is something that it is computed from.
    if (!first.makes_number) {
      if (value !== null) expect(items.length).withContext(where).toBeGreaterThan(0);
      return { first, items };
    }
    const whole = first.parts.reduce<number | null>((sofar, { role, member }, index) => {
      const number = numbers[index] ?? null;
      if (sofar === null || number === null) return null;
      const divides = role === 'denominator' || member.endsWith('recent_won_days');
      return divides ? (number === 0 ? null : sofar / number) : sofar * number;
    }, factors[measure] ?? 1);
    if (value !== null) expect(sameNumber(value, whole === null ? null : String(whole), 'ratio')).withContext(`${where}: ${value} beside ${String(whole)} of ${JSON.stringify(first.parts)}`).toBeTrue();
    return { first, items };
  }

  it('come to it, page by page: every measure of every view, whole and in random cells, for all roles', async () => {
    let [numbers, withRows] = [0, 0];
    const without: string[] = [];
    for (const view of views) {
      const dimensions = view.dimensions.filter(({ meta }) => meta?.asked === undefined);
      const times = dimensions.filter(({ type }) => type === 'time').map(({ name }) => name);
      const splits = dimensions.filter(({ name, type }) => type !== 'time' && !name.endsWith('.id')).map(({ name }) => name);
      const measures = view.measures.filter(({ type }) => type !== 'string');
      const totals = await fixture.one({ measures: measures.map(({ name }) => name) });
      for (const { name: measure, meta } of measures) {
        if (meta?.parts === undefined) {
          // What holds for the whole company has no records, but it too is told with its definition.
          without.push(measure);
          expect(await answered({ query: { measures: [measure] }, measure }, {})).withContext(measure).toEqual(jasmine.objectContaining({ value: (totals[measure] as string | null | undefined) ?? null, makes_number: false, parts: [], items: [], columns: [], total_rows: 0, next_cursor: null }));
          continue;
        }
        const all = await check(measure, { measures: [measure] }, {}, totals[measure], {});
        withRows += all.items.length > 0 ? 1 : 0;
        // Another third of the cells with another seed.
        if (random() > 0.34) continue;
        const claims = one(roles);
        const time = one(times);
        const granularity = one(['day', 'week', 'month', 'quarter', 'year']);
        const query: Record<string, unknown> = {
          measures: [measure], dimensions: random() < 0.8 ? [one(splits)] : [], timezone: one(['UTC', 'Asia/Riyadh', 'America/New_York']),
          ...(time !== undefined && random() < 0.7 ? { timeDimensions: [{ dimension: time, granularity, ...(random() < 0.5 ? { dateRange: ['2026-06-15', '2027-02-03'] } : {}) }] } : {}),
          ...(random() < 0.3 ? { filters: [{ member: `${view.name}.owner_id`, operator: 'equals', values: [ids.reps.sara, ids.reps.omar] }] } : {}),
        };
        const reply = await fixture.call('/cubejs-api/v1/load', { query }, claims);
        // Who is not shown a field, or may not see the costs of the company, is refused here as there.
        if (reply.status === 403) {
          const named = Object.fromEntries((query['dimensions'] as string[]).map((member) => [member, 'x']));
          expect((await rows({ query, measure, point: named }, claims)).status).withContext(JSON.stringify(query)).toBe(403);
          continue;
        }
        const cell = one(reply.body.data ?? []);
        if (!cell) continue;
        const point = Object.fromEntries([...(query['dimensions'] as string[]), ...((query['timeDimensions'] as { dimension: string }[] | undefined) ?? []).map(({ dimension }) => `${dimension}.${granularity}`)].map((member) => [member, cell[member] ?? null]));
        await check(measure, query, point, cell[measure], claims);
        numbers += 1;
      }
    }
    expect(without.sort()).toEqual(['acquisition.lag_days', 'unit_economics.gross_margin', 'unit_economics.lag_days']);
    expect(numbers).toBeGreaterThan(15);
    // Of the small business nearly every number has records; a drill that finds none proves nothing.
    expect(withRows).toBeGreaterThan(80);
  });

  it('open their records, tell what the definition says, and show nothing that is hidden or of others', async () => {
    const query = { measures: ['stage_funnel.conversion_rate'] };
    const { first, items } = await check('stage_funnel.conversion_rate', query, {}, (await fixture.one(query))['stage_funnel.conversion_rate'], {});
    expect(first.parts.map(({ member, role }) => [member, role])).toEqual([['stage_funnel.passed_count', 'numerator'], ['stage_funnel.count', 'denominator']]);
    expect(first.definition).toEqual(jasmine.objectContaining({ title: 'Stage conversion', title_ar: 'معدل التحول بين المراحل', formula: 'deals that went on ÷ deals that reached the stage', formula_ar: 'الصفقات التي تقدّمت ÷ الصفقات التي بلغت المرحلة', owner: 'sales operations', kpi: 'stage_conversion', version: 1 }));
    expect(items[0]).toEqual(jasmine.objectContaining({ resource: 'deals', record_id: items[0]?.id?.slice(0, 36) }));
    expect(items[0]?.values).toEqual(jasmine.objectContaining({ 'stage_funnel.stage': jasmine.any(String), 'stage_funnel.stage_ar': jasmine.any(String), 'stage_funnel.reached_at': jasmine.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }));
    const won = { measures: ['deals.won_amount'] };
    const names = (await answered({ query: won, measure: 'deals.won_amount' }, {})).columns.map(({ member, member_ar: arabic, type }) => [member, arabic, type]);
    expect(names).toEqual([['deals.name', null, 'string'], ['deals.account', 'deals.account_ar', 'string'], ['deals.owner', 'deals.owner_ar', 'string'], ['deals.stage', 'deals.stage_ar', 'string'], ['deals.close_date', null, 'date']]);
    const cut = await answered({ query: won, measure: 'deals.won_amount' }, roles[4] ?? {});
    expect(cut.columns.map(({ member }) => member)).toEqual(['deals.stage', 'deals.close_date']);
    expect(Object.keys(cut.items[0]?.values ?? {})).not.toContain('deals.name');
    const own = await check('deals.open_count', { measures: ['deals.open_count'] }, {}, (await fixture.one({ measures: ['deals.open_count'] }, roles[1]))['deals.open_count'], roles[1] ?? {});
    expect(new Set(own.items.map(({ values }) => values['deals.owner']))).toEqual(new Set(['Sara']));
    expect((await answered({ query: { measures: ['subscriptions.arpa'] }, measure: 'subscriptions.arpa' }, { scopes: { subscriptions: 'all' } })).items[0]?.resource).toBeNull();
  });

  it('say when the data has moved between two pages, and when the question cannot be answered', async () => {
    const asked = { query: { measures: ['tickets.count'] }, measure: 'tickets.count', limit: 5 };
    const first = await answered(asked, {});
    await fixture.insert('crm_tickets', [{ id: uuid(2_290), number: 'T-new', subject: 'new', status: 'open', priority: 'low' }]);
    const next = await answered({ ...asked, cursor: first.next_cursor }, {});
    expect([next.moved, next.total_rows, next.value]).toEqual([true, first.total_rows + 1, String(first.total_rows + 1)]);
    const refused: readonly [object, RegExp][] = [
      [{ ...asked, measure: 'deals.reporting_currency' }, /is a text/], [{ ...asked, measure: 'deals.closed_count' }, /Unknown measure/], [{ ...asked, measure: 'crm_deals.count' }, /Unknown measure/],
      [{ ...asked, point: { 'tickets.status': 'open' } }, /not split by tickets.status/], [{ ...asked, cursor: 'x' }, /cursor/], [{ ...asked, limit: 201 }, /1 to 200/], [{ measure: 'tickets.count' }, /Send/],
      [{ ...asked, query: { ...asked.query, dimensions: ['tickets.status'], filters: [{ member: 'tickets.count', operator: 'gt', values: ['1'] }] } }, /drops cells/],
      [{ ...asked, query: { ...asked.query, timeDimensions: [{ dimension: 'tickets.created_at', compareDateRange: [['2026-01-01', '2026-02-01'], ['2025-01-01', '2025-02-01']] }] } }, /one of its periods/],
      [{ ...asked, query: { ...asked.query, filters: [{ member: 'tickets.nope', operator: 'set' }] } }, /nope/],
    ];
    for (const [body, message] of refused) {
      const { status, body: answer } = await rows(body);
      expect([status, answer.error]).withContext(JSON.stringify(body)).toEqual([400, jasmine.stringMatching(message)]);
    }
    expect((await rows(asked, { scopes: {} })).status).toBe(403);
    expect((await fetch(`${fixture.server.url}/rows`, { method: 'POST' })).status).toBe(403);
    expect((await fetch(`${fixture.server.url}/state`)).status).toBe(403);
    const { body: state } = await fixture.call('/state');
    expect((state['tables'] as Record<string, string>)['crm_tickets']).toMatch(/^\d+\/\d+$/);
  });

  it('are of the number\'s own state while the tables are written all the time', async () => {
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n += 1) await fixture.insert('crm_deals', [{ id: uuid(1_200 + (n % 90)), name: 'moved', pipeline_id: uuid(40), stage_id: ids.stages.offer, status: 'open', expected_value: `${n + 1}.25`, currency: 'SAR', is_test: false }]);
    })();
    try {
      for (let n = 0; n < 5; n += 1) {
        const reply = await rows({ query: { measures: ['deals.open_amount'] }, measure: 'deals.open_amount', limit: 200 });
        if (reply.status === 503) continue;
        const answer = reply.body as unknown as RowsAnswer;
        expect(decimal(answer.items.reduce((sum, { parts }) => sum + units(parts['deals.open_amount'] ?? '0'), 0n))).toBe(plainDecimal(answer.value ?? ''));
      }
    } finally {
      writing = false;
      await writer;
    }
  });

  it('streams whole answers, the same as they are loaded, with the rows of whoever asks', async () => {
    const streamed = async (query: Record<string, unknown>, claims: Claims): Promise<{ status: number; lines: unknown[] }> => {
      const response = await fetch(`${fixture.server.url}/stream`, { method: 'POST', headers: { authorization: fixture.token(claims), 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
      return { status: response.status, lines: (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as unknown) };
    };
    const query = { dimensions: ['deals.id', 'deals.region'], timeDimensions: [{ dimension: 'deals.created_at', granularity: 'month' }], measures: ['deals.won_amount', 'deals.win_rate'], order: { 'deals.id': 'asc' }, limit: 1 };
    for (const claims of roles.slice(0, 4)) {
      const { status, lines: [head, ...rest] } = await streamed(query, claims);
      expect(status).toBe(200);
      const members = ['deals.id', 'deals.region', 'deals.created_at.month', 'deals.won_amount', 'deals.win_rate'];
      expect((head as { columns: unknown }).columns).toEqual(members);
      const loaded = await fixture.load({ ...query, limit: 50_000 }, claims);
      expect(rest.pop()).toEqual({ rows: loaded.length, still: true });
      const plain = (value: unknown): unknown => (typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? value.slice(0, 10) : value === null || Number.isNaN(Number(value)) ? value : Number(value));
      expect(rest.map((row) => (row as unknown[]).map(plain))).toEqual(loaded.map((row) => members.map((name) => plain(row[name]))));
    }
    expect((await streamed({ measures: ['deals.count'], dimensions: ['deals.account'] }, { hidden: { deals: ['account_id'] } })).status).toBe(403);
    expect((await streamed({}, {})).status).toBe(400);
    expect((await fetch(`${fixture.server.url}/stream`, { method: 'POST' })).status).toBe(403);
  });
});
