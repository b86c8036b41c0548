import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { LookupService } from '@shared/record/lookup.service';
import { Account, DealDetail, Stage, StageStay } from '@shared/record/record.model';
import { moved, stagePath, wayBack } from './stage.path';

/** A changed deal is scored again within seconds; until then it is asked for a few times, in longer and longer steps. */
const SCORE_AFTER_MS = [3000, 6000, 12_000] as const;

/** One deal with its way through the stages; changes show at once and go back when the server refuses them. */
@Injectable()
export class DealStore {
  private readonly api = inject(ApiClient);
  private readonly lookup = inject(LookupService);
  private run = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** The deal, or null until known. */
  readonly deal = signal<DealDetail | null>(null);
  /** Why it could not be read. */
  readonly problem = signal<Problem | null>(null);
  /** Its stays in stages, the earliest first. */
  readonly stays = signal<readonly StageStay[]>([]);
  /** Its account with both names; null until known or where the reader may not see it. */
  readonly account = signal<Account | null>(null);
  /** Grows with every change, so that the story is read again. */
  readonly version = signal(0);
  /** The path through the deal's own pipeline. */
  readonly path = computed(() => {
    const deal = this.deal();
    const pipeline = this.lookup.pipelines().find(({ id }) => id === deal?.pipeline_id);
    return deal && pipeline ? stagePath(pipeline, deal, this.stays()) : null;
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  /** Reads a deal. */
  async load(id: string): Promise<void> {
    const run = ++this.run;
    clearTimeout(this.timer);
    if (this.deal()?.id !== id) {
      this.deal.set(null);
      this.account.set(null);
      this.stays.set([]);
    }
    this.problem.set(null);
    void this.lookup.need('pipelines', 'users', 'products');
    try {
      const [deal] = await Promise.all([this.api.get<DealDetail>(`deals/${id}`), this.readStays(id, run)]);
      if (run !== this.run) return;
      this.deal.set(deal);
      if (deal.score?.model.state === 'active' && deal.score.probability === null) this.awaitScore(deal, 0);
      await this.readAccount(deal, run);
    } catch (error) {
      if (run === this.run) this.problem.set(toProblem(error));
    }
  }

  /** Takes over what the server answered. */
  take(deal: DealDetail): void {
    const other = deal.account_id !== this.deal()?.account_id;
    this.deal.set(deal);
    this.version.update((version) => version + 1);
    void this.readStays(deal.id, this.run);
    if (other) void this.readAccount(deal, this.run);
    this.awaitScore(deal, 0);
  }

  /** Changes some fields. */
  async change(fields: Record<string, unknown>): Promise<void> {
    const deal = this.deal();
    if (deal) this.take(await this.api.patch<DealDetail>(`deals/${deal.id}`, fields));
  }

  /** Moves the deal; returns what brings it back. */
  async move(stage: Stage, lostReason: string | null): Promise<() => Promise<void>> {
    const before = this.deal();
    if (!before) return () => Promise.resolve();
    this.deal.set(moved(before, stage, lostReason));
    try {
      await this.post(before.id, { stage_id: stage.id, ...(lostReason ? { lost_reason: lostReason } : {}) });
    } catch (error) {
      if (this.deal()?.id === before.id) this.deal.set(before);
      throw error;
    }
    return () => this.post(before.id, wayBack(before));
  }

  /** Reads the new score when the server has made it. */
  private awaitScore(deal: DealDetail, tries: number): void {
    clearTimeout(this.timer);
    const pause = SCORE_AFTER_MS[tries];
    if (pause === undefined || deal.status !== 'open' || !deal.score) return;
    this.timer = setTimeout(() => void this.readScore(deal, tries), pause);
  }

  private async readScore(deal: DealDetail, tries: number): Promise<void> {
    try {
      const { score, win_probability } = await this.api.get<DealDetail>(`deals/${deal.id}`);
      if (score && score.scored_at !== deal.score?.scored_at) this.deal.update((shown) => (shown?.id === deal.id ? { ...shown, score, win_probability } : shown));
      else this.awaitScore(deal, tries + 1);
    } catch {
      // The score shown stays; the next visit reads it anew.
    }
  }

  private async post(id: string, body: Record<string, unknown>): Promise<void> {
    const answer = await this.api.post<DealDetail>(`deals/${id}/stage`, body);
    // The person may have gone to another deal meanwhile.
    if (this.deal()?.id === id) this.take(answer);
  }

  private async readStays(id: string, run: number): Promise<void> {
    try {
      const { items } = await this.api.get<{ items: readonly StageStay[] }>(`deals/${id}/history`);
      if (run === this.run) this.stays.set(items);
    } catch {
      // The page works without; a lost connection shows with the deal itself.
      if (run === this.run) this.stays.set([]);
    }
  }

  private async readAccount(deal: DealDetail, run: number): Promise<void> {
    try {
      const account = deal.account_id ? await this.api.get<Account>(`accounts/${deal.account_id}`) : null;
      if (run === this.run) this.account.set(account);
    } catch {
      if (run === this.run) this.account.set(null);
    }
  }
}
