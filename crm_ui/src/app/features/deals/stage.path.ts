import { Deal, DealStatus, Pipeline, Stage, StageStay } from '@shared/record/record.model';

const DAY_MS = 86_400_000;

/** Where a step of the path stands: behind the deal, under it, or ahead of it. */
export type StepState = 'done' | 'current' | 'ahead';

/** One step of a deal's way. */
export interface Step {
  readonly stage: Stage;
  readonly state: StepState;
  /** Whole days in the stage, all stays together; null where the deal never was. */
  readonly days: number | null;
}

/** The open stages in order and, apart, the ways to end. */
export interface StagePath {
  readonly steps: readonly Step[];
  readonly ends: readonly Step[];
}

/** Whole days of one stay, to its end or to now. */
export function daysOf({ entered_at, left_at }: Pick<StageStay, 'entered_at' | 'left_at'>, now = Date.now()): number {
  const end = left_at === null ? now : Date.parse(left_at);
  return Math.max(0, Math.floor((end - Date.parse(entered_at)) / DAY_MS));
}

/** The days in each stage; stays are summed before they are cut to whole days. */
export function daysByStage(stays: readonly StageStay[], now = Date.now()): ReadonlyMap<string, number> {
  const spent = new Map<string, number>();
  for (const { to_stage, entered_at, left_at } of stays) {
    const ms = Math.max(0, (left_at === null ? now : Date.parse(left_at)) - Date.parse(entered_at));
    spent.set(to_stage.id, (spent.get(to_stage.id) ?? 0) + ms);
  }
  return new Map([...spent].map(([id, ms]) => [id, Math.floor(ms / DAY_MS)]));
}

/** The path of a deal: stages before the current one are done; of a won deal all are, of a lost one those that it reached. */
export function stagePath(pipeline: Pick<Pipeline, 'stages'>, deal: Pick<Deal, 'stage_id' | 'status'>, stays: readonly StageStay[], now = Date.now()): StagePath {
  const stages = [...pipeline.stages].sort((one, two) => one.position - two.position);
  const days = daysByStage(stays, now);
  const at = stages.find((stage) => stage.id === deal.stage_id);
  const reached = Math.max(0, ...stays.map(({ to_stage }) => stages.find((stage) => stage.id === to_stage.id && stage.kind === 'open')?.position ?? 0));
  const stateOf = (stage: Stage): StepState => {
    if (stage.id === deal.stage_id) return 'current';
    if (stage.kind !== 'open') return 'ahead';
    if (deal.status === 'won') return 'done';
    if (deal.status === 'lost') return stage.position <= reached ? 'done' : 'ahead';
    return at && stage.position < at.position ? 'done' : 'ahead';
  };
  const step = (stage: Stage): Step => ({ stage, state: stateOf(stage), days: days.get(stage.id) ?? null });
  return { steps: stages.filter(({ kind }) => kind === 'open').map(step), ends: stages.filter(({ kind }) => kind !== 'open').map(step) };
}

/** The deal as it will be after a move, shown before the server has answered. */
export function moved<T extends Deal>(deal: T, stage: Stage, lostReason: string | null, now = new Date()): T {
  const status: DealStatus = stage.kind;
  return { ...deal, stage_id: stage.id, stage: { ...stage }, status, closed_at: status === 'open' ? null : now.toISOString(), lost_reason: status === 'lost' ? lostReason : null };
}

/** What is sent to bring a deal back to where it was. */
export function wayBack(deal: Pick<Deal, 'stage_id' | 'status' | 'closed_at' | 'lost_reason'>): Record<string, unknown> {
  return {
    stage_id: deal.stage_id,
    ...(deal.status !== 'open' && deal.closed_at ? { closed_at: deal.closed_at } : {}),
    ...(deal.status === 'lost' && deal.lost_reason ? { lost_reason: deal.lost_reason } : {}),
  };
}

/** How far the expected close date is behind today, in days; null where it is not or the deal is closed. */
export function overdueDays({ status, close_date }: Pick<Deal, 'status' | 'close_date'>, today: string): number | null {
  if (status !== 'open' || close_date === null || close_date >= today) return null;
  return Math.round((Date.parse(today) - Date.parse(close_date)) / DAY_MS);
}
