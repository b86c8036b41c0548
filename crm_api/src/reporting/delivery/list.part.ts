import type { Call } from '../../kernel/context/call.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { parseListQuery } from '../../kernel/crud/list.query.js';
import { columnWords, tableWords } from '../../workspace/privacy/access/access.words.js';
import type { CellKind, MailLocale, ReportCell, ReportPart } from './delivery.types.js';
import { mailText, operatorText } from './delivery.words.js';
import { mostRows } from './tile.plan.js';
import { valueText } from './value.words.js';

/** A tile of records. */
export interface ListTile {
  readonly id: string;
  readonly title?: string;
  readonly title_ar?: string;
  readonly resource: string;
  readonly columns: readonly string[];
  readonly sort?: string;
  readonly limit?: number;
  readonly filters?: Readonly<Record<string, string>>;
}

const pageSize = 200;
let services: ReadonlyMap<string, CrudService> = new Map();

/** Says which services lists are read from; the worker does once, because the list of all services is the application's. */
export function listsFrom(all: readonly CrudService[]): void {
  services = new Map(all.map((service) => [service.resource.name as string, service]));
}

/** The records of a list tile with its reader's own reach, all of them up to what a mail may hold. */
export async function listPart(call: Call, tile: ListTile, locale: MailLocale): Promise<ReportPart> {
  const own = (locale === 'ar' ? tile.title_ar : tile.title) ?? tile.title;
  const base = { id: tile.id, title: own ?? tableWords(`crm_${tile.resource}`, locale) ?? tile.resource, definition: '', filters: Object.entries(tile.filters ?? {}).map(([field, value]) => `${words(field, locale)} ${operatorText('equals', locale)} ${valueText(field, value, locale)}`).join('; '), cut: false };
  const service = services.get(tile.resource);
  try {
    if (!service) throw new Error(`There is no service of ${tile.resource}`);
    const rows: Readonly<Record<string, unknown>>[] = [];
    const asked = { ...Object.fromEntries(Object.entries(tile.filters ?? {}).map(([field, value]) => [`filter[${field}]`, value])), ...(tile.sort === undefined ? {} : { sort: tile.sort }), limit: String(pageSize) };
    let cursor: string | null = null;
    do {
      const page = await service.list(call, parseListQuery(service.resource, { ...asked, ...(cursor === null ? {} : { cursor }) }));
      rows.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null && rows.length < mostRows);
    const columns = tile.columns.map((member) => ({ member, title: words(member, locale), kind: kindOf(member, rows) }));
    return { ...base, columns, rows: rows.map((row) => tile.columns.map((name) => cellOf(row[name], locale))), cut: cursor !== null };
  } catch (error) {
    if (!(error instanceof CrmError) || error.status >= 500) throw error;
    return { ...base, columns: [], rows: [], problem: mailText('hidden', locale) };
  }
}

const words = (field: string, locale: MailLocale): string => columnWords(field, locale) ?? columnWords(`${field}_id`, locale) ?? field.replaceAll('_', ' ');

function cellOf(value: unknown, locale: MailLocale): ReportCell {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value as string | number | boolean);
  const { name, name_ar: arabic } = value as { readonly name?: unknown; readonly name_ar?: unknown };
  const shown = locale === 'ar' && typeof arabic === 'string' && arabic !== '' ? arabic : name;
  return typeof shown === 'string' ? shown : JSON.stringify(value);
}

/** Records have currencies of their own beside their amounts: amounts are written as numbers. */
function kindOf(field: string, rows: readonly Readonly<Record<string, unknown>>[]): CellKind {
  const sample = rows.find((row) => row[field] !== null && row[field] !== undefined)?.[field];
  if (typeof sample === 'number') return field.endsWith('probability') ? 'ratio' : 'number';
  if (typeof sample !== 'string') return 'text';
  if (/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(sample)) return 'date';
  return /^-?\d+\.\d+$/.test(sample) ? 'number' : 'text';
}
