import type { Pool } from 'pg';
import type { MlConfig } from '../config.js';
import { numberOf, readAll, textOf, type WarehouseReader } from '../features/warehouse.reader.js';
import { latestModel } from '../registry/model.registry.js';
import type { WinService } from './win.service.js';

/** What the watcher asks for; the worker turns both into jobs, so that restarts and other processes see them. */
export interface WatcherRequests {
  train(reason: string): Promise<void>;
  scoreAll(reason: string): Promise<void>;
}

/** Above this many changed deals at once (an import) all deals are scored in one run. */
const MANY = 2000;
/** A count that keeps moving this long is taken as it is: some products never stand still. */
const SETTLE_MS = 60_000;

/** Looks at the warehouse for changes of deals since the last look and for reasons to train again; `tick` is called once a second, or less often where it takes long. */
export class ChangeWatcher {
  private scoredLsn: bigint | null = null;
  private counted = { at: 0, key: '', since: 0 };
  private asked = '';

  constructor(
    private readonly pool: Pool, private readonly reader: WarehouseReader, private readonly service: WinService,
    private readonly requests: WatcherRequests, private readonly config: Pick<MlConfig, 'countMs' | 'retrainShare' | 'nightlyHour'>,
  ) {}

  /** All changes up to this LSN are in the scores. */
  scoredUpTo(lsn: bigint): void {
    if (this.scoredLsn === null || lsn > this.scoredLsn) this.scoredLsn = lsn;
  }

  /** A training has ended: the same counts may be asked about again should it have failed. */
  trainingEnded(): void {
    this.asked = '';
  }

  /** One look; safe to repeat after any failure, because nothing is marked as seen before it is done. */
  async tick(now = new Date()): Promise<void> {
    // Half a snapshot looks like a business without stages, owners and amounts: nothing is learned from it.
    const lsn = await this.service.watermark();
    if (lsn === 0n) return;
    await this.followChanges(lsn, now);
    if (now.getTime() - this.counted.at >= this.config.countMs) await this.considerTraining(now);
  }

  private async followChanges(lsn: bigint, now: Date): Promise<void> {
    if (this.scoredLsn === null) {
      await this.requests.scoreAll('start');
      this.scoredLsn = lsn;
      return;
    }
    if (lsn <= this.scoredLsn) return;
    const ids = await this.changedDeals(this.scoredLsn);
    if (ids.length > MANY) await this.requests.scoreAll('many deals changed');
    else if (ids.length > 0) await this.service.score(ids, now);
    this.scoredLsn = lsn;
  }

  private async changedDeals(since: bigint): Promise<string[]> {
    const rows = await readAll(this.reader, `
      SELECT DISTINCT toString(deal) AS id FROM (
        SELECT id AS deal FROM crm_history.crm_deals WHERE _lsn > {since:UInt64}
        UNION ALL SELECT deal_id FROM crm_history.crm_deal_stage_history WHERE _lsn > {since:UInt64}
        UNION ALL SELECT assumeNotNull(deal_id) FROM crm_history.crm_activities WHERE _lsn > {since:UInt64} AND deal_id IS NOT NULL
        UNION ALL SELECT assumeNotNull(deal_id) FROM crm_history.crm_touches WHERE _lsn > {since:UInt64} AND deal_id IS NOT NULL
      ) LIMIT ${MANY + 1}`, { since: since.toString() });
    return rows.map((row) => textOf(row['id']));
  }

  private async considerTraining(now: Date): Promise<void> {
    const row = (await readAll(this.reader, `
      SELECT countIf(status = 'won') AS won, countIf(status = 'lost') AS lost FROM crm_raw.crm_deals FINAL WHERE deleted_at IS NULL AND NOT is_test`))[0] ?? {};
    const won = numberOf(row['won']) || 0, lost = numberOf(row['lost']) || 0;
    const key = `${won}/${lost}`;
    const settled = key === this.counted.key || now.getTime() - this.counted.since > SETTLE_MS;
    this.counted = { at: now.getTime(), key, since: settled || this.counted.since === 0 ? now.getTime() : this.counted.since };
    const reason = settled ? await this.reasonToTrain(won, lost, now) : null;
    if (reason === null || this.asked === `${key} ${reason}`) return;
    await this.requests.train(reason);
    this.asked = `${key} ${reason}`;
  }

  private async reasonToTrain(won: number, lost: number, now: Date): Promise<string | null> {
    const latest = await latestModel(this.pool, 'win');
    if (!latest) return 'no model yet';
    const changed = Math.abs(won - latest.won) + Math.abs(lost - latest.lost);
    if (latest.state === 'insufficient_data') return changed > 0 ? 'closed deals were added' : null;
    if (latest.state === 'failed' || latest.state === 'training') return null;
    if (changed > this.config.retrainShare * (latest.won + latest.lost)) return 'closed deals changed by more than the share set';
    const night = new Date(now);
    night.setUTCHours(this.config.nightlyHour, 0, 0, 0);
    if (night > now) night.setUTCDate(night.getUTCDate() - 1);
    return changed > 0 && latest.trainedAt && latest.trainedAt < night ? 'night' : null;
  }
}
