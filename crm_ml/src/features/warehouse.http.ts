import { ModelError } from '../model.errors.js';
import type { WarehouseReader, WarehouseRow } from './warehouse.reader.js';

const BATCH = 5000;
export function createReader(url: string): WarehouseReader {
  const address = new URL(url);
  return {
    async *rows(sql, parameters = {}) {
      const query = new URLSearchParams({ default_format: 'JSONEachRow', join_use_nulls: '1', output_format_json_quote_64bit_integers: '0' });
      for (const [k, v] of Object.entries(parameters)) query.set(`param_${k}`, Array.isArray(v) ? `[${v.map((x) => `'${String(x)}'`).join(',')}]` : String(v));
      const answer = await fetch(`${address.origin}/?${query}`, { method: 'POST', body: sql, headers: { 'X-ClickHouse-User': decodeURIComponent(address.username), 'X-ClickHouse-Key': decodeURIComponent(address.password) } });
      if (!answer.ok) throw new ModelError('warehouse', await answer.text());
      const text = await answer.text();
      let out: WarehouseRow[] = [];
      for (const line of text.split('\n')) { if (line) out.push(JSON.parse(line) as WarehouseRow); if (out.length >= BATCH) { yield out; out = []; } }
      if (out.length) yield out;
    },
  };
}
