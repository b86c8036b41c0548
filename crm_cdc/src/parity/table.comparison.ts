import { setTimeout as delay } from 'node:timers/promises';
import type { TableShape } from '../mappings/table.shape.js';
import type { Moment } from './moment.service.js';
import { postgresBuckets, postgresDigests, warehouseBuckets, warehouseDigests, type Comparison, type WarehouseSide } from './parity.query.js';
import type { RowScope } from './row.scope.js';
import { strangeVersions } from './strange.versions.js';

/** A row that is not the same on both sides. `key` shows the primary key. */
export interface ParityDifference {
  readonly kind: 'missing' | 'extra' | 'changed';
  readonly side: WarehouseSide;
  readonly key: string;
  /** Texts of the key's columns, in key order. */
  readonly keyTexts: readonly string[];
}

/** What comparing rows of one table has found; a row that differs on both sides is listed once. */
export interface RowComparison {
  /** Rows of either side. */
  readonly rows: number;
  readonly differences: readonly ParityDifference[];
}

interface Digest { readonly rows: number; readonly digest: bigint }
interface DigestRow { readonly bucket: number; readonly rows: number; readonly digest: string }
interface KeyRow { readonly key: string; readonly hash: string; readonly names: readonly string[] }
interface Row { readonly hash: bigint; readonly names: readonly string[] }

// Groups whose rows are read at once: a few ten thousand keys and hashes in memory.
const groupsAtOnce = 256;
// A row that changes between the two reads of one query shows as a difference that is gone when looked at again.
const looks = 4;
// Groups come in the order of the table, so that the state of one key at a time is held and not of all.
const inOrder = { settings: { optimize_aggregation_in_order: 1 as const } };

/** Compares rows of a table at a moment on both of the warehouse's sides. */
export async function compareRows(moment: Moment, shape: TableShape, scope: RowScope = {}): Promise<RowComparison> {
  // 65,536 groups of keys for a whole table: with 10 million rows one group holds about 150; a range of some ten thousand rows needs no more than 256.
  const comparison: Comparison = { shape, scope, groupBytes: scope.keys ?? scope.to ?? scope.from ? 1 : 2 };
  const here = digests((await moment.client.query<DigestRow>(postgresDigests(comparison))).rows);
  let rows = 0;
  for (const digest of here.values()) rows += digest.rows;
  const differences = new Map<string, ParityDifference>();
  let extra = 0;
  for (const side of ['history', 'raw'] as const) {
    const there = digests(await moment.warehouse.rows<DigestRow>(warehouseDigests(comparison, side, moment.position), inOrder));
    const suspects = [...new Set([...here.keys(), ...there.keys()])].filter((bucket) => {
      const [a, b] = [here.get(bucket), there.get(bucket)];
      return a?.rows !== b?.rows || a?.digest !== b?.digest;
    });
    for (let at = 0; at < suspects.length; at += groupsAtOnce) {
      for (const difference of await compareBuckets(moment, comparison, side, suspects.slice(at, at + groupsAtOnce))) {
        if (differences.has(difference.key)) continue;
        if (difference.kind === 'extra') extra++;
        differences.set(difference.key, difference);
      }
    }
  }
  const listed = new Set([...differences.values()].map((difference) => JSON.stringify(difference.keyTexts)));
  for (const { keyTexts } of await strangeVersions(moment.client, moment.warehouse, shape, scope)) {
    const key = JSON.stringify(keyTexts);
    if (!listed.has(key)) differences.set(key, { kind: 'changed', side: 'raw', key: keyTexts.join('|'), keyTexts });
    listed.add(key);
  }
  return { rows: rows + extra, differences: [...differences.values()] };
}

function digests(rows: readonly DigestRow[]): Map<number, Digest> {
  return new Map(rows.map((row) => [row.bucket, { rows: row.rows, digest: BigInt.asUintN(64, BigInt(row.digest)) }]));
}

function byKey(rows: readonly KeyRow[]): Map<string, Row> {
  const map = new Map<string, Row>();
  // A key that comes twice is right on neither side; no hash is negative.
  for (const { key, hash, names } of rows) map.set(key, { hash: map.has(key) ? -1n : BigInt.asUintN(64, BigInt(hash)), names });
  return map;
}

async function compareBuckets({ client, warehouse, position }: Moment, comparison: Comparison, side: WarehouseSide, buckets: readonly number[]): Promise<ParityDifference[]> {
  const here = byKey((await client.query<KeyRow>(postgresBuckets(comparison, buckets))).rows);
  let found: ParityDifference[] = [];
  for (let look = 0; look < looks; look++) {
    const there = byKey(await warehouse.rows<KeyRow>(warehouseBuckets(comparison, side, position, buckets), inOrder));
    const now: ParityDifference[] = [];
    for (const [key, { hash, names }] of here) {
      const other = there.get(key);
      if (other?.hash !== hash) now.push({ kind: other === undefined ? 'missing' : 'changed', side, key, keyTexts: names });
    }
    for (const [key, { names }] of there) if (!here.has(key)) now.push({ kind: 'extra', side, key, keyTexts: names });
    const before = new Set(found.map((difference) => difference.key));
    found = look === 0 ? now : now.filter((difference) => before.has(difference.key));
    if (found.length === 0) return found;
    if (look < looks - 1) await delay(100);
  }
  return found;
}
