import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { readConfig } from '../config.js';
import { signIn, startBrowser } from '../support/browser.fixture.js';
import type { Bench, BenchContext, Figures } from './bench.types.js';
import { onPostgres } from './dashboard.ledger.js';
import type { CubeQuery } from './dashboard.opening.js';
import { fromNow, listenerOf, residentOf } from './process.memory.js';
import { drop, scrolled, shown, workOf } from './report.page.js';
import { allContacts, asNew, builderAddress, builtReports, wideReport, type Definition } from './report.shapes.js';
import { quantile, round, timed } from './timing.js';

const builder = 'admin@crm.test';
// With three or four drops each: 51 of five reports.
const turns = 3;
const ledgerPatience = '20s';
const frameMs = 17;
const seconds = 10;
const verifier = 'crm_api/dist/reporting/reports/export/verify.main.js';

interface Answer { readonly rows: readonly unknown[]; readonly columns: readonly unknown[]; readonly values: readonly unknown[]; readonly query: CubeQuery }

async function inBuilder<T>(url: string, definition: Definition, work: (page: Awaited<ReturnType<typeof signIn>>['page'], open: (next: Definition) => Promise<void>) => Promise<T>): Promise<T> {
  const browser = await startBrowser();
  try {
    const { page } = await signIn(browser, url, { language: 'en' }, builder, readConfig().demoPassword);
    const open = async (next: Definition): Promise<void> => {
      await page.goto(`${url}${builderAddress(next)}`);
      await shown(page);
    };
    await open(definition);
    return await work(page, open);
  } finally {
    await browser.close();
  }
}

/** From a dropped field to the picture, beside the same questions to the API alone and to Postgres. */
export const dropBench: Bench = {
  name: 'report.drop',
  about: 'the builder in a browser, from a field\'s drop to the repainted answer, questions that nobody asked before; against the API alone and the same figures from Postgres',
  async run({ url, admin, postgres, print }) {
    const asked: Definition[] = [];
    const samples = await inBuilder(url, builtReports()[0]!.begins, async (page, open) => {
      page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/analytics/report')) asked.push(JSON.parse(request.postData() ?? '') as Definition); });
      const all: number[] = [];
      for (let turn = 0; turn < turns; turn += 1) {
        for (const { name, begins, drops } of builtReports()) {
          await open(begins);
          asked.pop();
          const own: number[] = [];
          for (const member of drops) own.push(await drop(page, member));
          all.push(...own);
          print(`${name}: ${own.map((ms) => Math.round(ms)).join(', ')} ms`);
        }
      }
      return all;
    });
    const [api, ledger] = [[] as number[], [] as number[]];
    for (const definition of asked) {
      let answer: Answer | undefined;
      api.push(await timed(async () => { answer = await admin.must<Answer>('POST', '/analytics/report', asNew(definition)); }));
      const statement = answer && ledger.length < 10 ? onPostgres(answer.query) : null;
      if (statement) ledger.push(await timed(() => patiently(postgres, statement)));
    }
    const [p50, p95, bare, books] = [quantile(samples, 0.5), quantile(samples, 0.95), quantile(api, 0.5), quantile(ledger, 0.5)];
    print(`${samples.length} drops: p50 ${round(p50)} ms, p95 ${round(p95)} ms (wanted 500); the API alone p50 ${round(bare)} ms, p95 ${round(quantile(api, 0.95))} ms, ${round(p50 / bare)} × it, of which 150 ms are the pause in which further fields join the question; Postgres ${round(books)} ms for the leaves alone, ${round(books / bare)} × the API, of ${ledger.length} questions`);
    return { drops: samples.length, p50_ms: round(p50), p95_ms: round(p95), api_p50_ms: round(bare), api_p95_ms: round(quantile(api, 0.95)), over_api_ratio: round(p50 / bare), postgres_ms: round(books), faster_than_postgres_ratio: round(books / bare) } satisfies Figures;
  },
};

async function patiently(postgres: BenchContext['postgres'], { sql, values }: NonNullable<ReturnType<typeof onPostgres>>): Promise<void> {
  const client = await postgres.connect();
  try {
    await client.query(`SET statement_timeout = '${ledgerPatience}'`);
    // What takes longer counts with the patience.
    await client.query(sql, [...values]).catch((error: { code?: string }) => { if (error.code !== '57014') throw error; });
    await client.query('RESET statement_timeout');
  } finally {
    client.release();
  }
}

/** Frames while a large pivot scrolls, and how much of each is the page's own work. */
export const scrollBench: Bench = {
  name: 'report.scroll',
  about: `a pivot of up to 100,000 cells in a browser, scrolled for ${seconds} seconds: frames, and the page's own work in each`,
  async run({ url, admin, print }) {
    const wide = wideReport();
    const took = await timed(() => admin.must('POST', '/analytics/report', asNew(wide)));
    const { rows, columns, values } = await admin.must<Answer>('POST', '/analytics/report', wide);
    const cells = rows.length * columns.length * values.length;
    const { frames, work } = await inBuilder(url, wide, async (page) => {
      await scrolled(page, 2);
      const worked = await workOf(page);
      return { frames: await scrolled(page, seconds), work: await worked() };
    });
    const each = (name: 'scripts' | 'layout'): number => work[name] / frames.length;
    const inTime = frames.filter((ms) => ms <= frameMs).length / frames.length;
    print(`${cells} cells (${rows.length} rows, ${columns.length} columns), answered in ${round(took)} ms: ${frames.length} frames in ${seconds} s, median ${round(quantile(frames, 0.5))} ms, p95 ${round(quantile(frames, 0.95))} ms, ${round(inTime * 100)} % within ${frameMs} ms; own work a frame: scripts ${round(each('scripts'))} ms, layout ${round(each('layout'))} ms`);
    return { cells, answer_ms: round(took), frames_per_s: round(frames.length / seconds), frame_median_ms: round(quantile(frames, 0.5)), frame_p95_ms: round(quantile(frames, 0.95)), in_time_ratio: round(inTime), scripts_ms: round(each('scripts')), layout_ms: round(each('layout')) } satisfies Figures;
  },
};

/** All contacts as a CSV: rows a second, the API's memory, and whether the file is whole. */
export const rowsBench: Bench = {
  name: 'report.rows',
  about: 'all contacts, one row each, exported as a sealed CSV: rows a second, resident memory of the API, verified',
  async run({ url, admin, print }) {
    const pid = listenerOf(Number(new URL(url).port));
    const folder = mkdtempSync(join(tmpdir(), 'crm-bench-'));
    const file = join(folder, 'contacts.csv');
    try {
      const before = residentOf(pid).now;
      fromNow(pid);
      const hash = createHash('sha256');
      let [rows, bytes] = [0, 0];
      const ms = await timed(async () => {
        const response = await fetch(`${url}/crm/v1/analytics/report/export/rows`, { method: 'POST', headers: { authorization: admin.authorization, 'content-type': 'application/json', 'accept-encoding': 'identity' }, body: JSON.stringify({ definition: allContacts(), name: 'All contacts', locale: 'en' }) });
        if (!response.ok || !response.body) throw new Error(`The export answered ${response.status}: ${await response.text()}`);
        await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), async function* counted(chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) rows += 1;
            bytes += chunk.length;
            hash.update(chunk);
            yield chunk;
          }
        }, createWriteStream(file));
      });
      const { peak } = residentOf(pid);
      const verdict = await promisify(execFile)(process.execPath, [verifier, '--json', file], { maxBuffer: 16 * 1024 * 1024 });
      const [{ unchanged, rows: sealed } = { unchanged: false, rows: 0 }] = JSON.parse(verdict.stdout) as { unchanged: boolean; rows: number }[];
      if (!unchanged) throw new Error(`The file is not what was sealed: ${verdict.stdout}`);
      const rate = (sealed / ms) * 1000;
      print(`${sealed} rows (${round(bytes / 1e6)} MB) in ${round(ms)} ms: ${Math.round(rate)} rows/s (wanted 100000); API resident ${Math.round(before)} MB before, ${Math.round(peak)} MB at most (wanted 300); verified unchanged, sha256 of the file ${hash.digest('hex').slice(0, 16)}…`);
      return { rows: sealed, lines: rows, rows_per_s: round(rate), resident_before_mb: round(before), resident_peak_mb: round(peak) } satisfies Figures;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
