import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { Call } from '../../kernel/context/call.js';
import type { ListQuery } from '../../kernel/crud/list.query.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { neutralise } from '../imports/import.errors.csv.js';
import type { AuditService } from './audit.service.js';

/** Rows of one file: more than a spreadsheet is pleasant with, and little enough that nobody holds a connection for long. */
export const mostExported = 100_000;
const pageSize = 200;
const columns = ['position', 'occurred_at', 'actor_kind', 'actor_id', 'actor', 'action', 'entity', 'entity_id', 'before', 'after', 'method', 'route', 'status', 'duration_ms', 'ip', 'user_agent', 'session_id', 'client_id', 'request_id', 'id'] as const;

/**
 * The entries of a list as CSV, page by page, in the order of the list; formulas are neutralised.
 * @throws CrmError 422 too_many_rows.
 */
export async function auditCsv(service: AuditService, call: Call, query: ListQuery): Promise<Readable> {
  const { items: [last], next_cursor: _next, ...first } = await service.list(call, { ...query, limit: 1, cursor: null, count: true });
  if ((first.total ?? 0) > mostExported) throw new CrmError(422, 'too_many_rows', `The list has more than ${mostExported} entries. Narrow the period or add a filter, and export in parts.`);
  const lines = async function* (): AsyncGenerator<string[]> {
    for (let cursor: string | null = null, more = last !== undefined; more;) {
      const page: Awaited<ReturnType<AuditService['list']>> = await service.list(call, { ...query, limit: pageSize, cursor, count: false });
      for (const item of page.items) yield columns.map((name) => cellOf(name === 'actor' ? (item['actor'] as { name?: string } | null)?.name : item[name]));
      cursor = page.next_cursor;
      more = cursor !== null;
    }
  };
  return Readable.from(lines()).pipe(stringify({ bom: true, header: true, columns: [...columns] }));
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return neutralise(typeof value === 'string' ? value : JSON.stringify(value));
}
