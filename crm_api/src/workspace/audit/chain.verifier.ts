import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { FindingReport } from './chain.report.js';
import { lastPosition, lastSealed, readLinks, readSeals, readUnchained, readWaiting } from './chain.repository.js';
import type { Anchor, AnchorSource, LinkRow, SealRow, Verification } from './chain.types.js';

const batch = 2000;
const genesis = '0'.repeat(64);
const nil = '00000000-0000-0000-0000-000000000000';
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
// After a broken link the true hash of what came before may be any of these: as stored and as computed, of the last links.
const remembered = 8;

/** What a verification is given. */
export interface VerifyOptions {
  readonly warehouse?: AnchorSource | null;
  readonly noted?: readonly Anchor[];
  /** Called before each batch with how many links were checked and how many there are; a rejection ends the walk with it. */
  readonly step?: (checked: number, total: number) => Promise<void>;
}

/**
 * Recomputes the chain from its beginning and compares it with the log, its seals and the copies of its heads elsewhere. Reads in batches, so that memory does not grow with the
 * log; entries that are written meanwhile are left for the next time.
 */
export async function verifyChain(db: Knex, options: VerifyOptions = {}): Promise<Verification> {
  return new ChainWalk(db, options.warehouse ?? null, options.noted ?? [], options.step ?? (() => Promise.resolve())).run();
}

/** One walk along the chain. */
class ChainWalk {
  private readonly report = new FindingReport();
  private checked = 0;
  private erased = 0;
  private expected = 1;
  /** Hashes that the next link may follow from, the likeliest last. */
  private before: string[] = [genesis];
  private last: LinkRow | null = null;
  private sealedUpTo = 0;
  private sealedHead = genesis;
  private anchors: { compared: number; last_position: number; unreachable: string | null } | null;

  constructor(private readonly db: Knex, private readonly warehouse: AnchorSource | null, private readonly noted: readonly Anchor[],
    private readonly step: (checked: number, total: number) => Promise<void>) {
    this.anchors = warehouse === null ? null : { compared: 0, last_position: 0, unreachable: null };
  }

  async run(): Promise<Verification> {
    const end = await lastPosition(this.db);
    for (let after = 0; after < end;) {
      await this.step(this.checked, end);
      const links = await readLinks(this.db, after, end, batch);
      const upTo = Number(links.at(-1)?.position ?? end);
      const heads = new Map<number, string>();
      for (const link of links) heads.set(Number(link.position), this.link(link));
      for (const seal of await readSeals(this.db, after, upTo)) this.seal(seal, heads);
      this.compare([...this.noted.filter((one) => one.position > after && one.position <= upTo), ...await this.outside(after, upTo)], heads);
      after = upTo;
    }
    await this.beyond(end);
    const waiting = await this.waiting();
    const loose = await readUnchained(this.db, 100);
    for (const id of loose.ids) this.report.add('unchained', null, id, 'stands in the log, but was never sealed and does not wait for it: it was put in past the trigger, or its link was taken away');
    this.report.more('unchained', loose.count - loose.ids.length);
    const head = this.before.at(-1);
    return {
      checked: this.checked, ...waiting, erased: this.erased, head: this.checked === 0 || head === undefined ? null : { position: this.expected - 1, head },
      counts: this.report.counts, findings: this.report.findings, anchors: this.anchors,
    };
  }

  /** Checks one link and its entry; returns the hash that the chain has after it. */
  private link(row: LinkRow): string {
    const position = Number(row.position);
    if (position > this.expected) {
      this.report.add('gap', this.expected, null, position - this.expected === 1 ? 'is missing in the chain' : `to ${position - 1} are missing in the chain`, position - this.expected);
    }
    const follows = (hash: string): string => sha256(`${hash}:${position}:${row.id}:${row.digest}`);
    const computed = follows(this.before.at(-1) ?? genesis);
    // Behind a gap nothing says what came before; the gap itself is told.
    const known = position > this.expected || this.before.some((hash) => follows(hash) === row.hash);
    const sameSeal = this.last !== null && this.last.seal_id === row.seal_id;
    if (sameSeal && this.last !== null && row.id <= this.last.id) this.report.add('reordered', position, row.id, `stands behind ${this.last.id}, which was written later`);
    if (!known) this.report.add('broken', position, row.id, 'does not follow from the link before it: its number, id, digest or hash was changed');
    if (!row.untouched) this.report.add('broken', position, row.id, 'its link was changed after it was sealed');
    this.before = known ? [row.hash] : [...this.before, computed, row.hash].slice(-remembered);
    this.expected = position + 1;
    this.last = row;
    this.checked += 1;
    this.entry(row, position);
    return row.hash;
  }

  /** Compares an entry of the log with the digest that was sealed. */
  private entry(row: LinkRow, position: number | null): void {
    if (!row.present) {
      this.report.add('removed', position, row.id, 'is gone from the log');
      return;
    }
    const wrong: string[] = [];
    const left = sha256(`${row.salt ?? ''}${row.content ?? ''}`);
    if (row.own_digest !== row.digest) wrong.push('its digest');
    if (sha256(row.facts ?? '') !== row.digest) wrong.push('who, what, when or how');
    if (row.erased_by === null ? left !== row.content_digest : left !== row.replaced) wrong.push(row.erased_by === null ? 'what it says (before, after, address, browser, times)' : 'what an erasure left of it, or no erasure noted it');
    if (row.erased_by !== null) this.erased += 1;
    if (wrong.length > 0) this.report.add('altered', position, row.id, `${wrong.join('; ')} was changed`);
  }

  private seal(row: SealRow, heads: ReadonlyMap<number, string>): void {
    const [first, last] = [Number(row.first_position), Number(row.last_position)];
    if (first !== this.sealedUpTo + 1 || row.previous_head !== this.sealedHead) this.report.add('broken', first, row.id, 'this seal does not follow from the one before it');
    const head = heads.get(last);
    // Where the link itself is missing, the gap was told.
    if (!row.untouched || (head !== undefined && head !== row.head)) this.report.add('broken', last, row.id, 'this seal says another head than the chain has');
    this.sealedUpTo = last;
    this.sealedHead = row.head;
  }

  private compare(anchors: readonly Anchor[], heads: ReadonlyMap<number, string>): void {
    for (const { position, head } of anchors) {
      if (heads.get(position) !== head) this.report.add('anchor', position, null, `a copy outside of the database says the head was ${head.slice(0, 16)}…, the chain says ${heads.get(position)?.slice(0, 16) ?? 'nothing'}`);
    }
  }

  private async outside(after: number, upTo: number): Promise<Anchor[]> {
    if (this.warehouse === null || this.anchors === null || this.anchors.unreachable !== null) return [];
    try {
      const found = await this.warehouse.read(after, upTo);
      this.anchors = { ...this.anchors, compared: this.anchors.compared + found.length, last_position: found.at(-1)?.position ?? this.anchors.last_position };
      return found;
    } catch (error) {
      this.anchors = { ...this.anchors, unreachable: error instanceof Error ? error.message : String(error) };
      return [];
    }
  }

  /** What copies know beyond the end of the chain was cut off here. */
  private async beyond(end: number): Promise<void> {
    if (end > this.sealedUpTo && this.checked > 0) this.report.add('broken', this.sealedUpTo + 1, null, `to ${end} are in the chain without a seal`);
    let known = this.noted.reduce((most, one) => Math.max(most, one.position), 0);
    if (this.warehouse !== null && this.anchors?.unreachable === null) {
      try {
        known = Math.max(known, await this.warehouse.last());
      } catch (error) {
        this.anchors = { ...this.anchors, unreachable: error instanceof Error ? error.message : String(error) };
      }
    }
    const sealed = await lastSealed(this.db);
    // Asked last: what was sealed since the walk began is no loss.
    const now = await lastPosition(this.db);
    if (sealed > now) this.report.add('gap', now + 1, null, `to ${sealed} were sealed and are missing in the chain`, sealed - now);
    if (known > now) this.report.add('anchor', now + 1, null, `to ${known} were sealed, as a copy outside of the database says, and are gone`, known - now);
  }

  private async waiting(): Promise<{ waiting: number; oldest_waiting_s: number | null }> {
    let count = 0;
    let oldest: number | null = null;
    for (let after = nil, full = true; full;) {
      await this.step(this.checked, this.checked);
      const rows = await readWaiting(this.db, after, batch);
      for (const row of rows) {
        this.entry(row, null);
        oldest = Math.max(oldest ?? 0, row.age);
      }
      count += rows.length;
      after = rows.at(-1)?.id ?? after;
      full = rows.length === batch;
    }
    return { waiting: count, oldest_waiting_s: oldest === null ? null : Math.round(oldest) };
  }
}
