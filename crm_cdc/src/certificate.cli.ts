import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readCertificateConfig } from './config.js';
import { issueCertificate, type Certificate } from './erasure/certificate.service.js';

const usage = 'npm run privacy:certificate -- --erasure ID --find "name" --find "e-mail" … [--find-file FILE] [--physical]; a file has one identifier a line and leaves no trace in the history of the shell';

async function identifiers(find: readonly string[], file: string | undefined): Promise<string[]> {
  const lines = file === undefined ? [] : (await readFile(file, 'utf8')).split(/\r?\n/);
  return [...new Set([...find, ...lines].map((value) => value.trim()).filter((value) => value !== ''))];
}

function report(certificate: Certificate): string {
  const { searched, identifiers: { given, known } } = certificate;
  const area = (name: string, one: { places: number; columns: number; items: number } | null, words: readonly [string, string]): string =>
    one === null ? `${name}: not searched here` : `${name}: ${one.places} ${words[0]}${one.columns > 0 ? `, ${one.columns} columns` : ''}, ${one.items} ${words[1]}`;
  return [
    `Erasure ${certificate.erasure} of ${certificate.erased_at}, searched at ${certificate.searched_at}, warehouse complete up to ${certificate.lsn}`,
    `${given} identifiers searched for, ${known} were known`,
    area('Postgres', searched.postgres, ['tables', 'rows']), area('Warehouse', searched.warehouse, ['tables', 'row versions']),
    area('Topics', searched.topics, ['topics', 'records']), area('Files', searched.files, ['files', 'bytes']),
    ...certificate.found.map((one) => `FOUND in ${one.where}: ${one.place}${one.column === null ? '' : `.${one.column}`} (${one.count})`),
    ...certificate.unread.map((what) => `NOT READ: ${what}`),
    ...(certificate.residue ?? []).map((file) => `Bytes left in ${file} (freed space or log; see the guide)`),
    ...(given < known ? [`Not certified: search for all ${known} identifiers`] : []),
    certificate.clean ? `Nothing found. SHA-256 ${certificate.hash}` : 'Not clean.',
  ].join('\n');
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { erasure: { type: 'string' }, find: { type: 'string', multiple: true, default: [] }, 'find-file': { type: 'string' }, physical: { type: 'boolean', default: false } } });
  const find = await identifiers(values.find, values['find-file']);
  if (values.erasure === undefined || !/^[0-9a-f-]{36}$/i.test(values.erasure) || find.length === 0) throw new Error(usage);
  const certificate = await issueCertificate({ ...readCertificateConfig(), erasure: values.erasure.toLowerCase(), identifiers: find, physical: values.physical, waitMs: 60_000 });
  process.stdout.write(`${report(certificate)}\n${JSON.stringify(certificate)}\n`);
  return certificate.clean ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
