import { decodeJwt } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A closed deal of a spec's ledger. */
export interface Deal { readonly region: string; readonly amount: number; readonly won: boolean; readonly day?: string }

const measure = (name: string, title: string, titleAr: string, unit: string, additive: boolean): object => ({ name: `deals.${name}`, shortTitle: title, type: 'number', description: `${title} of the deals.`, meta: { title_ar: titleAr, unit, additive, version: 2 } });
const meta = (secret: boolean): object => ({ cubes: [{
  name: 'deals',
  measures: [measure('won_amount', 'Won', 'المكسوب', 'money', true), measure('count', 'Deals', 'الصفقات', 'count', true), measure('win_rate', 'Win rate', 'معدل الفوز', 'ratio', false), ...(secret ? [measure('margin', 'Margin', 'الهامش', 'money', true)] : []), { name: 'deals.reporting_currency', type: 'string', meta: { unit: 'text' } }],
  dimensions: [{ name: 'deals.region', shortTitle: 'Region', type: 'string', meta: { title_ar: 'المنطقة' } }, { name: 'deals.closed_at', shortTitle: 'Closed', type: 'time', meta: { title_ar: 'الإغلاق' } }],
}] });

interface LeveledQuery extends Query { readonly levels: readonly (readonly string[])[]; readonly measures: readonly string[] }
interface Query { readonly dimensions?: readonly string[]; readonly filters?: readonly { readonly member: string; readonly operator: string; readonly values?: readonly string[] }[]; readonly timeDimensions?: readonly { readonly granularity?: string; readonly dateRange?: readonly [string, string] }[] }

/** The environment of an API that asks a stand-in of the semantic layer, with another ledger for each role. */
export interface SemanticPeer { readonly env: Readonly<Record<string, string>>; stop(): void }

/** Starts it. `ledger` has the deals that a role is shown; `shown` whether it may see the margin. */
export async function startSemanticPeer(ledger: (role: string) => readonly Deal[], shown: (role: string) => boolean = () => true): Promise<SemanticPeer> {
  const peer = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => {
      const { url = '' } = request;
      if (body.includes('_watermark')) return response.end('{"lsn":"77","committed":"1764410400000","observed":"1764410400000"}\n');
      if (url === '/state' || url === '/kept') return response.end('{"tables":{"crm_deals":"1"}}');
      if (!url.startsWith('/cubejs-api') && url !== '/levels') return response.end('');
      const [role = ''] = decodeJwt(String(request.headers.authorization))['roles'] as string[];
      if (url === '/levels') return response.end(JSON.stringify({ levels: levels(ledger(role), (JSON.parse(body) as { query: LeveledQuery }).query) }));
      if (url.includes('/meta')) return response.end(JSON.stringify(meta(shown(role))));
      return response.end(JSON.stringify({ data: answer(ledger(role), (JSON.parse(body) as { query: Query }).query) }));
    });
  });
  await new Promise<void>((resolve) => { peer.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
  return { env: { CRM_CUBE_URL: url, CRM_CUBE_SECRET: 'a-secret-of-the-spec-with-some-length', CRM_CLICKHOUSE_URL: url }, stop: () => { peer.close(); peer.closeAllConnections(); } };
}

/** Every level as a question of its own. */
function levels(deals: readonly Deal[], { levels: all, ...query }: LeveledQuery): object[] {
  return all.map((level) => {
    const members = [...level, ...query.measures];
    const timeDimensions = query.timeDimensions?.map(({ granularity, ...time }) => ({ ...time, ...(granularity !== undefined && level.includes(`deals.closed_at.${granularity}`) ? { granularity } : {}) }));
    const rows = answer(deals, { ...query, dimensions: (query.dimensions ?? []).filter((one) => level.includes(one)), ...(timeDimensions ? { timeDimensions } : {}) });
    return { members, rows: rows.map((row) => members.map((member) => row[member] ?? null)) };
  });
}

function answer(deals: readonly Deal[], { dimensions = [], filters = [], timeDimensions = [] }: Query): Record<string, unknown>[] {
  const time = timeDimensions.find(({ granularity }) => granularity !== undefined);
  const range = timeDimensions.find(({ dateRange }) => dateRange !== undefined)?.dateRange;
  const of = deals.filter(({ region, day = '2026-01-01' }) => filters.every(({ member, operator, values = [] }) => member !== 'deals.region' || (operator === 'equals' ? values.includes(region) : operator === 'notEquals' ? !values.includes(region) : true)) && (!range || (day >= range[0].slice(0, 10) && day <= range[1].slice(0, 10))));
  const groups = new Map<string, Deal[]>();
  for (const deal of of) {
    const key = JSON.stringify([dimensions.includes('deals.region') ? deal.region : null, time ? `${(deal.day ?? '2026-01-01').slice(0, time.granularity === 'month' ? 7 : 10)}${time.granularity === 'month' ? '-01' : ''}T00:00:00.000` : null]);
    groups.set(key, [...(groups.get(key) ?? []), deal]);
  }
  if (dimensions.length === 0 && !time && groups.size === 0) groups.set('[null,null]', []);
  return [...groups].map(([key, group]) => {
    const [region, step] = JSON.parse(key) as (string | null)[];
    const won = group.filter((one) => one.won);
    return {
      ...(dimensions.includes('deals.region') ? { 'deals.region': region } : {}), ...(time ? { [`deals.closed_at.${time.granularity ?? ''}`]: step, 'deals.closed_at': step } : {}), 'deals.reporting_currency': 'USD',
      'deals.won_amount': won.reduce((sum, { amount }) => sum + amount, 0).toFixed(2), 'deals.count': String(group.length), 'deals.win_rate': group.length === 0 ? null : String(won.length / group.length), 'deals.margin': '1.00',
    };
  });
}
