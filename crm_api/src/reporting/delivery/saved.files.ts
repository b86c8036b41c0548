import type { ApiConfig } from '../../config.js';
import type { Call } from '../../kernel/context/call.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { ReportingDay } from '../period/period.range.js';
import type { ReportEngine } from '../reports/engine/report.engine.js';
import { madeFile, noteOf } from '../reports/export/export.made.js';
import { sealerOf } from '../reports/export/export.seal.js';
import type { ExportRequest } from '../reports/export/export.types.js';
import { leafCsv } from '../reports/export/leaf.csv.js';
import { fileName } from '../reports/export/report.export.js';
import type { FileKind } from './delivery.types.js';
import { mailText } from './delivery.words.js';
import type { ReportFile } from './report.files.js';

/** Files of a saved report, what the audit log has of each, and what of them is to be said. */
export interface SavedFiles {
  readonly files: readonly ReportFile[];
  readonly notes: readonly Readonly<Record<string, unknown>>[];
  readonly words: readonly string[];
}

/** What the files are made with. */
export interface FilesRequest {
  readonly config: ApiConfig;
  readonly engine: Pick<ReportEngine, 'leaves'>;
  readonly kinds: readonly FileKind[];
  readonly at: ReportingDay;
  /** Most megabytes of all files together; usual mail servers take 25 once they are written as text, a third larger. */
  readonly mostMegabytes?: number;
}

const usualMegabytes = 18;

/** The files of a report exactly as an export makes them. Where the answer leaves rows out, all leaf rows go along as a CSV as far as a mail may hold them. */
export async function savedFiles(call: Call, request: ExportRequest, { config, engine, kinds, at, mostMegabytes: most = usualMegabytes }: FilesRequest): Promise<SavedFiles> {
  const { locale, answer, name } = request;
  const files: ReportFile[] = [];
  const notes: Readonly<Record<string, unknown>>[] = [];
  const words: string[] = [];
  let room = most * 1_000_000;
  const put = (file: ReportFile, note: Readonly<Record<string, unknown>>): void => { files.push(file); notes.push(note); room -= file.content.length; };
  if (answer.cut.some(({ what }) => what === 'rows' || what === 'columns')) {
    const all = await allLeaves(call, request, { config, engine, at, room });
    if ('content' in all) put(all, all.note);
    words.push('content' in all ? mailText('leavesAttached', locale, { name: all.name }) : mailText(all.refused, locale, { most }));
  }
  for (const kind of kinds) {
    const file = await madeFile(config, request, kind);
    if (file.content.length > room) words.push(mailText('fileTooLarge', locale, { name: fileName(name, request.madeAt, kind), most }));
    else put({ name: file.name, type: file.type, content: file.content }, noteOf(request, kind, file));
  }
  return { files, notes, words: files.length > 0 ? [...words, mailText('sealed', locale)] : words };
}

interface LeafFile extends ReportFile { readonly note: Readonly<Record<string, unknown>> }

/** All leaf rows as one CSV; reading ends as soon as they are more than there is room for. */
async function allLeaves(call: Call, request: ExportRequest, { config, engine, at, room }: Pick<FilesRequest, 'config' | 'engine' | 'at'> & { readonly room: number }): Promise<LeafFile | { readonly refused: 'leavesTooLarge' | 'leavesRefused' }> {
  const { locale, definition } = request;
  const left = new AbortController();
  try {
    const { answer, batches } = await engine.leaves(call.actor, definition, { at, locale, signal: left.signal });
    let told = { rows: 0, hash: '' };
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of leafCsv({ ...request, answer }, batches, sealerOf(config), (file) => { told = file; })) {
      bytes += (chunk as Buffer).length;
      if (bytes > room) return { refused: 'leavesTooLarge' };
      chunks.push(chunk as Buffer);
    }
    const content = Buffer.concat(chunks);
    return { name: fileName(`${request.name} – ${mailText('allRows', locale)}`, request.madeAt, 'csv'), type: 'text/csv; charset=utf-8', content, note: { ...noteOf({ ...request, answer }, 'csv', { content, ...told }), state: 'complete' } };
  } catch (error) {
    if (!(error instanceof CrmError) || error.status >= 500) throw error;
    return { refused: 'leavesRefused' };
  } finally {
    left.abort();
  }
}
