import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createWarehouse, type Warehouse } from 'crm_warehouse';
import { formatLsn } from '../mappings/lsn.codec.js';
import type { KafkaSettings } from '../sources/kafka/kafka.settings.js';
import type { Finding, Needles, Searched } from './certificate.types.js';
import { searchFiles } from './file.search.js';
import { needlesOf, searchPostgres, SHORTEST } from './postgres.search.js';
import { searchTopics } from './topic.search.js';
import { searchWarehouse } from './warehouse.search.js';

/** What is certified and where it is searched. */
export interface CertificateOptions {
  readonly erasure: string;
  /** The strings by which the person is known; they appear in no output. */
  readonly identifiers: readonly string[];
  /** Connection that may read every table. */
  readonly postgresUrl: string;
  readonly warehouseUrl: string;
  /** Folder of the product's own files; null where it is not on this machine. */
  readonly dataDir: string | null;
  /** Brokers whose topics are searched; null without topics. */
  readonly kafka: KafkaSettings | null;
  /** Also the raw bytes of the servers' own files, reported apart. */
  readonly physical: boolean;
  /** Longest wait for the stream to have erased, ms. */
  readonly waitMs: number;
}

type Area = Omit<Searched, 'findings' | 'unread'>;

/** What was searched, when, and that nothing was found (or where). */
export interface Certificate {
  readonly erasure: string;
  readonly subject_type: string;
  readonly reason: string;
  readonly erased_at: string;
  readonly searched_at: string;
  /** Position of the log up to which the warehouse was complete. */
  readonly lsn: string;
  /** How many identifiers were searched for, and how many the person had when it was erased. */
  readonly identifiers: { readonly given: number; readonly known: number };
  readonly searched: { readonly postgres: Area; readonly warehouse: Area; readonly topics: Area | null; readonly files: Area | null };
  readonly found: readonly Finding[];
  readonly unread: readonly string[];
  /** Raw bytes of the servers' files that still contain an identifier: freed space, write-ahead log; null when not asked for. */
  readonly residue: readonly string[] | null;
  readonly clean: boolean;
  /** SHA-256 over this document without this member. */
  readonly hash: string;
}

interface ErasureRow { subject_type: string; reason: string; identifier_count: number; created_at: Date }

/** SHA-256 of a certificate's content, hexadecimal. */
export function certificateHash(certificate: Omit<Certificate, 'hash'>): string {
  const { hash: _, ...content } = certificate as Certificate;
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** Searches everywhere for an erased person. Throws when an identifier is too short to be searched for, there is no such erasure or the warehouse has not carried it out in time. */
export async function issueCertificate(options: CertificateOptions): Promise<Certificate> {
  const short = options.identifiers.filter((value) => [...value].length < SHORTEST).length;
  if (short > 0) throw new Error(`${short} of the identifiers have fewer than ${SHORTEST} characters and would be found everywhere; leave them out, an erasure does not count them`);
  const client = new pg.Client({ connectionString: options.postgresUrl, application_name: 'crm_certificate' });
  client.on('error', () => undefined); // Shows as the failure of the query.
  const warehouse = createWarehouse(options.warehouseUrl);
  try {
    await client.connect();
    const { rows: [erasure] } = await client.query<ErasureRow>('SELECT subject_type, reason, identifier_count, created_at FROM crm_core.crm_erasures WHERE id = $1', [options.erasure]);
    if (erasure === undefined) throw new Error(`There is no erasure ${options.erasure}; GET /crm/v1/privacy/erasures lists them`);
    await reachWarehouse(warehouse, options);
    const lsn = (await warehouse.first<{ lsn: string }>('SELECT toString(argMax(lsn, observed_at)) AS lsn FROM crm_raw._watermark FINAL'))?.lsn ?? '0';
    const certificate = await searchAll(options, client, warehouse, erasure, formatLsn(BigInt(lsn)));
    if (certificate.clean) {
      await client.query('UPDATE crm_core.crm_erasures SET certified_at = $2, certificate_hash = $3 WHERE id = $1', [options.erasure, certificate.searched_at, certificate.hash]);
    }
    return certificate;
  } finally {
    await client.end().catch(() => undefined);
    await warehouse.close();
  }
}

async function searchAll(options: CertificateOptions, client: pg.Client, warehouse: Warehouse, erasure: ErasureRow, lsn: string): Promise<Certificate> {
  const needles = await needlesOf(client, options.identifiers);
  const searched = {
    postgres: await searchPostgres(client, needles),
    warehouse: await searchWarehouse(warehouse, needles),
    topics: options.kafka === null ? null : await searchTopics({ kafka: options.kafka, silenceMs: 15_000 }, needles),
    files: options.dataDir === null ? null : await searchFiles(options.dataDir, needles, SERVERS.map((name) => join(options.dataDir ?? '', name))),
  };
  const all = Object.values(searched).filter((area) => area !== null);
  const found = all.flatMap((area) => area.findings);
  const unread = all.flatMap((area) => area.unread);
  const area = (one: Searched): Area => ({ places: one.places, columns: one.columns, items: one.items });
  const content = {
    erasure: options.erasure, subject_type: erasure.subject_type, reason: erasure.reason, erased_at: erasure.created_at.toISOString(), searched_at: new Date().toISOString(), lsn,
    identifiers: { given: options.identifiers.length, known: erasure.identifier_count },
    searched: {
      postgres: area(searched.postgres), warehouse: area(searched.warehouse),
      topics: searched.topics === null ? null : area(searched.topics), files: searched.files === null ? null : area(searched.files),
    },
    found, unread, residue: await residueOf(options, needles),
    // Fewer identifiers than the person had prove less than a certificate says.
    clean: found.length === 0 && unread.length === 0 && options.identifiers.length > 0 && options.identifiers.length >= erasure.identifier_count,
  };
  return { ...content, hash: certificateHash(content) };
}

// Folders of the servers below the data folder: their tables are searched as tables, their bytes only when asked for.
const SERVERS = ['postgres', 'warehouse', 'kafka'];

async function residueOf(options: CertificateOptions, needles: Needles): Promise<string[] | null> {
  if (!options.physical || options.dataDir === null) return null;
  return (await searchFiles(options.dataDir, needles)).findings.map(({ place }) => place);
}

async function reachWarehouse(warehouse: Warehouse, { erasure, waitMs }: CertificateOptions): Promise<void> {
  const deadline = Date.now() + waitMs;
  while ((await warehouse.first('SELECT 1 AS one FROM crm_cdc.erasures FINAL WHERE id = {id:UUID}', { params: { id: erasure } })) === undefined) {
    if (Date.now() > deadline) throw new Error(`The warehouse has not carried out the erasure ${erasure} within ${Math.round(waitMs / 1000)} s; check that the stream runs`);
    await delay(100);
  }
}
