import { dateText, day, quarterOf, quarterStart, timeText, weekday } from './calendar.js';
import type { Deal } from './deal.story.js';
import type { Organisation, Rep } from './org.js';
import type { Random } from './random.js';
import { money } from './rows.js';
import { stamp, type World } from './world.js';

/** Weeks of forecasts that are kept: two years let accuracy be compared by season. */
const weeks = 104;
const categories = ['commit', 'best_case', 'pipeline', 'closed'] as const;
type Category = (typeof categories)[number];

/** What a rep counts on of each category when asked for one number. */
const belief: Record<Category, number> = { commit: 0.85, best_case: 0.45, pipeline: 0.12, closed: 1 };

/**
 * Gathers, deal by deal, what each rep sold by quarter and what stood in which forecast category each Monday (US cents), and writes
 * quotas and forecast snapshots from it at the end. Its memory depends on reps and weeks only.
 */
export class Ledger {
  private readonly first: number;
  private readonly won: Map<number, number>[];
  private readonly sums: Record<Category, Float64Array>;
  private readonly weighted: Float64Array;

  constructor(private readonly world: World, private readonly organisation: Organisation) {
    const lastMonday = world.today - 1 - ((weekday(world.today - 1) + 6) % 7);
    this.first = lastMonday - (weeks - 1) * 7;
    this.won = organisation.reps.map(() => new Map<number, number>());
    const cells = organisation.reps.length * weeks;
    this.sums = { commit: new Float64Array(cells), best_case: new Float64Array(cells), pipeline: new Float64Array(cells), closed: new Float64Array(cells) };
    this.weighted = new Float64Array(cells);
  }

  /** Adds a deal. */
  note(deal: Deal, random: Random): void {
    const { index, optimism } = deal.owner;
    const closedDay = deal.closedAt === null ? null : deal.closedAt / day;
    if (deal.status === 'won' && closedDay !== null) {
      const quarter = quarterOf(Math.floor(closedDay));
      const quarters = this.won[index];
      quarters?.set(quarter, (quarters.get(quarter) ?? 0) + deal.amountUsd);
      for (let week = Math.max(0, Math.ceil((closedDay - this.first) / 7)); week < weeks && quarterOf(this.first + week * 7) === quarter; week += 1) this.add('closed', index, week, deal.amountUsd);
    }
    // The expected date is a guess that gets better as the end comes closer, earlier than the truth for optimists.
    const haste = 1 - 0.25 * (optimism - 1) - random.between(0, 0.3);
    const endDay = deal.endsAt / day;
    for (let week = Math.max(0, Math.ceil((deal.createdAt / day - this.first) / 7)); week < weeks; week += 1) {
      const monday = this.first + week * 7;
      if (monday >= endDay) break;
      const expected = Math.floor(monday + Math.max(1, (endDay - monday) * haste));
      if (quarterOf(expected) !== quarterOf(monday)) continue;
      let stage = deal.visits[0]?.stage ?? 1;
      for (const visit of deal.visits) if (visit.enteredAt / day <= monday) stage = visit.stage;
      const anchor = this.world.anchors.openStages[stage - 1];
      if (anchor === undefined) continue;
      const category = categories.find((one) => one === anchor.category);
      if (category !== undefined) this.add(category, index, week, deal.amountUsd);
      this.weighted[index * weeks + week] = (this.weighted[index * weeks + week] ?? 0) + deal.amountUsd * anchor.probability;
    }
  }

  /** Writes quotas and snapshots. */
  close(): void {
    const random = this.world.random.fork('ledger');
    this.writeQuotas(random);
    for (let week = 0; week < weeks; week += 1) this.writeWeek(week, random);
  }

  private add(category: Category, rep: number, week: number, amount: number): void {
    const cells = this.sums[category];
    cells[rep * weeks + week] = (cells[rep * weeks + week] ?? 0) + amount;
  }

  private writeQuotas(random: Random): void {
    const { world, organisation } = this;
    const from = quarterOf(world.start);
    const to = quarterOf(world.today) + 1;
    for (const [teamIndex, team] of organisation.teams.entries()) {
      // A quota is what the team sells on average, stretched a little and growing: skilled reps exceed it, others do not.
      const total = team.reps.reduce((sum, rep) => sum + [...(this.won[rep.index]?.values() ?? [])].reduce((left, right) => left + right, 0), 0);
      const seats = team.reps.reduce((sum, rep) => sum + Math.max(1, (Math.min(rep.leftOn ?? world.today, world.today) - Math.max(rep.hiredOn, world.start)) / 91), 0);
      const typical = (total / Math.max(1, seats)) * 1.05;
      for (let quarter = from; quarter <= to; quarter += 1) {
        const start = quarterStart(quarter);
        const growth = 0.45 + (0.95 * (quarter - from)) / (to - from);
        let sum = 0;
        const write = (who: { readonly user: string | null; readonly team: string | null }, amount: number, version: number): void => world.sink.add('crm_quotas', {
          ...stamp(random, Math.min(world.now - 1000, (start - 20) * day + 40_000_000 + (version - 1) * 30 * day)), user_id: who.user, team_id: who.team, period_start: dateText(start),
          period_end: dateText(quarterStart(quarter + 1)), amount: money(amount), currency: 'USD', version,
        });
        for (const rep of team.reps) {
          if (rep.hiredOn > start + 60 || (rep.leftOn !== null && rep.leftOn < start)) continue;
          const ramp = start - rep.hiredOn < 60 ? 0.4 : start - rep.hiredOn < 150 ? 0.75 : 1;
          const amount = Math.max(500_000, Math.round((typical * growth * ramp * rep.weight) / 500_000) * 500_000);
          write({ user: rep.id, team: null }, amount, 1);
          // Now and then a quota is renegotiated within the quarter; the higher version is in force.
          const changed = random.chance(0.03) && start + 30 < world.today;
          if (changed) write({ user: rep.id, team: null }, Math.round(amount * 0.9), 2);
          sum += amount;
        }
        if (sum > 0) write({ user: null, team: organisation.teams[teamIndex]?.id ?? null }, Math.round(sum * 0.95), 1);
      }
    }
  }

  private writeWeek(week: number, random: Random): void {
    const { world } = this;
    const monday = this.first + week * 7;
    const quarter = quarterOf(monday);
    const takenAt = monday * day + 7 * 3_600_000;
    if (takenAt >= world.now) return;
    const snapshot = (user: string | null, team: string | null, source: string, category: string, amount: number, adjusted: number | null, reason: string | null): void => {
      if (amount <= 0) return;
      world.sink.add('crm_forecast_snapshots', {
        ...stamp(random, takenAt), taken_at: timeText(takenAt), period_start: dateText(quarterStart(quarter)), period_end: dateText(quarterStart(quarter + 1)), user_id: user, team_id: team, source, category,
        amount: money(Math.round(amount)), adjusted_amount: adjusted === null ? null : money(Math.round(adjusted)), adjustment_reason: reason, currency: 'USD',
      });
    };
    for (const team of this.organisation.teams) {
      let call = 0;
      const calls: { readonly id: string; readonly amount: number }[] = [];
      for (const rep of team.reps) {
        if (rep.hiredOn > monday || (rep.leftOn !== null && rep.leftOn < monday)) continue;
        for (const category of categories) snapshot(rep.id, null, 'rep', category, this.cell(category, rep, week) * (category === 'closed' ? 1 : rep.optimism), null, null);
        const own = categories.reduce((sum, category) => sum + this.cell(category, rep, week) * belief[category] * (category === 'closed' ? 1 : rep.optimism * random.lognormal(0.08)), 0);
        snapshot(rep.id, null, 'rep', 'weighted', own, null, null);
        snapshot(rep.id, null, 'stage', 'weighted', this.cell('closed', rep, week) + (this.weighted[rep.index * weeks + week] ?? 0), null, null);
        call += own;
        calls.push({ id: rep.id, amount: own });
      }
      // Managers know their optimists and take something off.
      const cut = random.chance(0.6);
      const factor = cut ? random.between(0.85, 0.98) : null;
      const reason = cut ? random.pick(['Deals slip in this quarter', 'Two commits look weak', 'History of optimism', 'Budget freeze at a customer']) : null;
      for (const { id, amount } of calls) snapshot(id, null, 'manager', 'weighted', amount, factor === null ? null : amount * factor, reason);
      snapshot(null, team.id, 'manager', 'weighted', call, factor === null ? null : call * factor, reason);
    }
  }

  private cell(category: Category, rep: Rep, week: number): number {
    return this.sums[category][rep.index * weeks + week] ?? 0;
  }
}
