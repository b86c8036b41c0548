import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { signIn } from '../support/browser.fixture.js';
import type { ProductClient } from '../support/product.client.js';

/** Cube's query, as far as the bench looks into it. */
export interface CubeQuery {
  readonly measures?: readonly string[];
  readonly dimensions?: readonly string[];
  readonly timeDimensions?: readonly { readonly dimension: string; readonly granularity?: string; readonly dateRange?: readonly string[] }[];
  readonly filters?: readonly { readonly member: string; readonly operator: string; readonly values?: readonly string[] }[];
  readonly order?: object;
  readonly limit?: number;
}

/** What a page asks for one dashboard: its figures by one question, and its lists. */
export interface Opening {
  readonly key: string;
  readonly queries: readonly { readonly key: string; readonly query: CubeQuery }[];
  /** Paths below the API's root. */
  readonly lists: readonly string[];
}

interface Layout {
  readonly id: string;
  readonly key: string | null;
  readonly layout: { readonly tiles: readonly { readonly kind: string; readonly resource?: string }[] };
}

const root = '/crm/v1';

/** Opens a dashboard in a browser and keeps what its page asks: the bench must measure the questions of the page and not some like them. */
export async function recordOpening(browser: Browser, url: string, person: ProductClient, [email, password]: readonly [string, string], key: string): Promise<Opening> {
  const dashboard = (await person.must<{ items: Layout[] }>('GET', '/dashboards')).items.find((one) => one.key === key);
  if (!dashboard) throw new Error(`There is no dashboard ${key}: start the product with its seed`);
  const resources = new Set(dashboard.layout.tiles.flatMap((tile) => (tile.kind === 'list' && tile.resource ? [tile.resource] : [])));
  const { page, context } = await signIn(browser, url, { language: 'en' }, email, password);
  try {
    const lists = new Set<string>();
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      const path = pathname.startsWith(`${root}/`) ? pathname.slice(root.length) : '';
      if (request.method() === 'GET' && resources.has(path.slice(1))) lists.add(`${path}${search}`);
    });
    const asked = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/analytics/batch'), { timeout: 120_000 });
    await page.goto(`${url}/?dashboard=${dashboard.id}`);
    const { queries } = JSON.parse((await asked).postData() ?? '') as Pick<Opening, 'queries'>;
    // The lists are asked for beside the figures; the stream of changes never lets the network be idle.
    const every = (): boolean => [...resources].every((resource) => [...lists].some((path) => path.startsWith(`/${resource}?`)));
    for (let waited = 0; waited < 10_000 && (!every() || waited < 500); waited += 100) await delay(100);
    if (!every()) throw new Error(`The page of ${key} asked for no list of ${[...resources].join(', ')}`);
    return { key, queries, lists: [...lists] };
  } finally {
    await context.close();
  }
}

/** Asks all that the page asks, together; resolves when every tile has its answer and rejects where one has none. */
export async function openDashboard(person: ProductClient, { queries, lists }: Opening): Promise<void> {
  const [batch] = await Promise.all([
    person.must<{ answers: Record<string, { data?: unknown; detail?: string }> }>('POST', '/analytics/batch', { queries }),
    ...lists.map((path) => person.must('GET', path)),
  ]);
  for (const [key, answer] of Object.entries(batch.answers)) if (!answer.data) throw new Error(`Question ${key} was not answered: ${answer.detail ?? ''}`);
}

/** The same opening as questions that nobody asked before, so that no answer kept anywhere can serve. */
export function unasked(opening: Opening, turn: number): Opening {
  const vary = (query: CubeQuery): CubeQuery => {
    const [dimension] = query.dimensions ?? [];
    // The rows that a limit leaves must stay as many: there a value that no row has is excluded.
    if (query.limit !== undefined && dimension !== undefined) return { ...query, filters: [...(query.filters ?? []), { member: dimension, operator: 'notEquals', values: [`none-${turn}`] }] };
    return { ...query, limit: turn };
  };
  return { ...opening, queries: opening.queries.map(({ key, query }) => ({ key, query: vary(query) })) };
}
