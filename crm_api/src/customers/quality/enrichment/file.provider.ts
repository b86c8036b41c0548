import { parse } from 'csv-parse/sync';
import { readFile, stat } from 'node:fs/promises';
import { mailDomain } from '../../../kernel/crud/email.judge.js';
import type { Item } from '../../../kernel/crud/crud.service.js';
import type { MatchEntity } from '../duplicates/match.types.js';
import type { EnrichmentFact, EnrichmentProvider } from './enrichment.provider.js';

type Entry = Readonly<Record<string, string>>;

// A register of some hundred thousand companies; beyond it a source needs an index of its own.
const maxBytes = 100 * 1024 * 1024;
const keyColumns: ReadonlySet<string> = new Set(['entity', 'match_email', 'match_domain']);

/** A file that cannot be used; the message says how it must look. */
export class EnrichmentFileError extends Error {
  override readonly name = 'EnrichmentFileError';
}

/**
 * Values from a CSV file with a header or a JSON array of objects. `match_email` or `match_domain` say which records an entry is about (the address itself; the domain of an
 * address or of a web site), `entity` optionally of which kind; every other column is a field. Read again when the file changes.
 */
export class FileProvider implements EnrichmentProvider {
  readonly name = 'file';
  private entries: ReadonlyMap<string, readonly Entry[]> = new Map();
  private version = '';

  constructor(private readonly path: string) {}

  async lookUp(entity: MatchEntity, record: Item): Promise<readonly EnrichmentFact[]> {
    await this.refresh();
    const email = typeof record['email'] === 'string' ? record['email'].toLowerCase() : null;
    const website = typeof record['website'] === 'string' && URL.canParse(record['website']) ? new URL(record['website']).hostname.replace(/^www\./, '') : null;
    const domain = website ?? (email === null ? null : mailDomain(email));
    // The address says more than its domain.
    const found = [email === null ? null : `email:${email}`, domain === null ? null : `domain:${domain}`].flatMap((key) => (key === null ? [] : this.entries.get(key) ?? []));
    const facts = new Map<string, string>();
    for (const entry of found) {
      if (entry['entity'] !== undefined && entry['entity'] !== '' && entry['entity'] !== entity) continue;
      for (const [field, value] of Object.entries(entry)) if (!keyColumns.has(field) && value !== '' && !facts.has(field)) facts.set(field, value);
    }
    return [...facts].map(([field, value]) => ({ field, value }));
  }

  private async refresh(): Promise<void> {
    const { mtimeMs, size } = await stat(this.path).catch((cause: unknown) => { throw new EnrichmentFileError(`The file of CRM_ENRICHMENT_FILE (${this.path}) cannot be read; check its path and permissions.`, { cause }); });
    const version = `${mtimeMs} ${size}`;
    if (version === this.version) return;
    if (size > maxBytes) throw new EnrichmentFileError(`The file of CRM_ENRICHMENT_FILE has ${size} bytes; at most ${maxBytes} are read. Split it.`);
    const entries = new Map<string, Entry[]>();
    for (const entry of this.read(await readFile(this.path, 'utf8'))) {
      const key = entry['match_email'] ? `email:${entry['match_email'].toLowerCase()}` : entry['match_domain'] ? `domain:${entry['match_domain'].toLowerCase().replace(/^www\./, '')}` : null;
      if (key !== null) entries.set(key, [...entries.get(key) ?? [], entry]);
    }
    this.entries = entries;
    this.version = version;
  }

  private read(text: string): Entry[] {
    try {
      const rows: unknown = /\.json$/i.test(this.path) ? JSON.parse(text) : parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
      if (!Array.isArray(rows)) throw new Error('no array');
      return rows.map((row: unknown) => Object.fromEntries(Object.entries(row as object).filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)])));
    } catch (cause) {
      throw new EnrichmentFileError(`The file of CRM_ENRICHMENT_FILE (${this.path}) is neither CSV with a header nor a JSON array of objects; correct it.`, { cause });
    }
  }
}
