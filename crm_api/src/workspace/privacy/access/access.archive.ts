import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';
import type { Collected } from './access.collector.js';
import { accessPage } from './access.page.js';
import type { AccessLocale } from './access.words.js';

/** Whom an export is about, for its manifest. */
export interface AccessSubject {
  readonly id: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly locale: AccessLocale;
}

/** SHA-256, hex. */
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');

/** Packs an export: `manifest.json` with the hash of every other file, `index.html` to read, one JSON file for each table, `mentions.json`. */
export async function pack(collected: Collected, subject: AccessSubject, made: Date): Promise<Buffer> {
  const files = new Map<string, Buffer>();
  files.set('index.html', Buffer.from(accessPage(collected, subject.locale, made), 'utf8'));
  for (const { table, rows } of collected.tables) files.set(`data/${table}.json`, json(rows));
  if (collected.mentions.length > 0) files.set('data/mentions.json', json(collected.mentions));
  const manifest = {
    format: 'crm-access-export/1', export: subject.id, subject_type: subject.subject_type, subject_id: subject.subject_id, locale: subject.locale, made_at: made.toISOString(),
    tables: Object.fromEntries(collected.tables.map(({ table, rows }) => [table, rows.length])), mentions: collected.mentions.length,
    files: [...files].map(([name, content]) => ({ name, bytes: content.length, sha256: sha256(content) })),
    withheld: collected.withheld,
    staff: 'People who work for us are shown as staff:<number>; the same number is the same person. Their notes about the person are included, their names are not.',
  };
  const zip = new ZipFile();
  zip.addBuffer(json(manifest), 'manifest.json', { mtime: made });
  for (const [name, content] of files) zip.addBuffer(content, name, { mtime: made });
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
