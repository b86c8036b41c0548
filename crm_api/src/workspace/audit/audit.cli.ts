import { parseArgs } from 'node:util';
import { createKnex } from 'crm_db';
import { readConfig } from '../../config.js';
import { verifyChain } from './chain.verifier.js';
import { findingKinds, isSound, type Anchor, type Verification } from './chain.types.js';
import { WarehouseAnchors } from './warehouse.anchors.js';

/** What the command prints, and whether the log is as it was written. */
export interface VerifyOutcome {
  readonly text: string;
  readonly sound: boolean;
}

/**
 * Verifies the audit chain of the running product.
 * @throws Error with its cure for arguments that cannot be understood.
 */
export async function verifyFromArgs(args: readonly string[]): Promise<VerifyOutcome> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false }, head: { type: 'string', multiple: true, default: [] } } });
  const noted = values.head.map(anchorOf);
  const config = readConfig();
  const db = createKnex(config.pgUrl, { max: 2, applicationName: 'crm_audit_verify' });
  try {
    const result = await verifyChain(db, { warehouse: config.clickhouseUrl === null ? null : new WarehouseAnchors(config.clickhouseUrl), noted });
    const sound = isSound(result);
    return { text: values.json ? JSON.stringify({ sound, ...result }) : told(result, sound), sound };
  } finally {
    await db.destroy();
  }
}

function anchorOf(text: string): Anchor {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (!match) throw new Error(`--head "${text}" is not POSITION:HASH, as the log of the job worker has them ("The audit log is sealed").`);
  return { position: Number(match[1]), head: match[2] ?? '' };
}

const number = (value: number): string => value.toLocaleString('en');

function told(result: Verification, sound: boolean): string {
  const { counts, head, anchors } = result;
  const lines = result.findings.map(({ kind, position, id, detail }) => `${kind}${position === null ? '' : ` ${position}`}${id === null ? '' : ` (${id})`}: ${detail}`);
  // One line of a gap stands for all of its numbers.
  if (findingKinds.some((kind) => kind !== 'gap' && kind !== 'anchor' && counts[kind] > result.findings.filter((one) => one.kind === kind).length)) lines.push('… and more: the counts are below.');
  lines.push(`${number(result.checked)} entries checked, ${number(result.erased)} of them after an erasure, ${number(result.waiting)} waiting for their seal${result.oldest_waiting_s === null ? '' : ` (the oldest for ${number(result.oldest_waiting_s)} s)`}.`);
  lines.push(findingKinds.map((kind) => `${number(counts[kind])} ${kind}`).join(', '));
  if (head) lines.push(`Head ${head.position}:${head.head}`);
  if (anchors === null) lines.push('No warehouse is set (CRM_CLICKHOUSE_URL); compare the head with the log of the job worker: --head POSITION:HASH.');
  else if (anchors.unreachable !== null) lines.push(`The warehouse could not be asked (${anchors.unreachable}); compare the head with the log of the job worker: --head POSITION:HASH.`);
  else lines.push(`${number(anchors.compared)} heads compared with the warehouse, up to ${number(anchors.last_position)}.`);
  lines.push(sound ? 'The audit log is as it was written.' : 'The audit log is NOT as it was written. Keep this output, the data folder and the warehouse as they are, and see crm_docs/guides/audit.md.');
  return lines.join('\n');
}
