import { Deal, ScoreReason, Stage, StageStay } from '@shared/record/record.model';
import { absence, reasonGroups, styleOf } from './score.reasons';
import { daysByStage, daysOf, moved, overdueDays, stagePath, wayBack } from './stage.path';

const stage = (id: string, position: number, kind: Stage['kind'] = 'open'): Stage => ({ id, name: id, name_ar: null, position, kind, probability: null });
const PIPELINE = { stages: [stage('won', 4, 'won'), stage('a', 1), stage('c', 3), stage('b', 2), stage('lost', 5, 'lost')] };
const stay = (to: string, entered: string, left: string | null): StageStay => ({ id: to + entered, entered_at: entered, left_at: left, amount: null, currency: null, from_stage: null, to_stage: { id: to, name: to }, changed_by: null });
const NOW = Date.parse('2026-01-11T00:00:00Z');
const STAYS = [stay('a', '2026-01-01T00:00:00Z', '2026-01-03T12:00:00Z'), stay('b', '2026-01-03T12:00:00Z', '2026-01-04T00:00:00Z'), stay('a', '2026-01-04T00:00:00Z', '2026-01-04T12:00:00Z'), stay('b', '2026-01-04T12:00:00Z', null)];
const reason = (feature: string, contribution: number, value: ScoreReason['value'] = null, direction: ScoreReason['direction'] = contribution > 0 ? 'up' : 'down'): ScoreReason => ({ feature, label_en: feature, label_ar: feature, direction, contribution, value });

describe('stage path', () => {
  it('puts stages in order, marks what is done, and keeps the ends apart', () => {
    const path = stagePath(PIPELINE, { stage_id: 'b', status: 'open' }, STAYS, NOW);
    expect(path.steps.map(({ stage: { id }, state, days }) => [id, state, days])).toEqual([['a', 'done', 3], ['b', 'current', 7], ['c', 'ahead', null]]);
    expect(path.ends.map(({ stage: { id }, state }) => [id, state])).toEqual([['won', 'ahead'], ['lost', 'ahead']]);
  });

  it('shows a won deal as the whole way, a lost one as far as it came', () => {
    expect(stagePath(PIPELINE, { stage_id: 'won', status: 'won' }, STAYS, NOW).steps.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    const lost = stagePath(PIPELINE, { stage_id: 'lost', status: 'lost' }, STAYS, NOW);
    expect(lost.steps.map(({ state }) => state)).toEqual(['done', 'done', 'ahead']);
    expect(lost.ends[1]?.state).toBe('current');
  });

  it('counts whole days, and sums stays before it cuts them', () => {
    expect(daysOf({ entered_at: '2026-01-10T12:00:00Z', left_at: null }, NOW)).toBe(0);
    expect(daysOf({ entered_at: '2026-02-01T00:00:00Z', left_at: null }, NOW)).toBe(0);
    expect(daysByStage(STAYS, NOW).get('a')).toBe(3);
  });

  it('moves a deal as the server will, and knows the way back', () => {
    const deal = { id: 'd', stage_id: 'a', status: 'open', closed_at: null, lost_reason: null } as unknown as Deal;
    const lost = moved(deal, stage('lost', 5, 'lost'), 'Price', new Date(NOW));
    expect([lost.status, lost.stage_id, lost.lost_reason, lost.closed_at]).toEqual(['lost', 'lost', 'Price', '2026-01-11T00:00:00.000Z']);
    expect(moved(lost, stage('a', 1), null).closed_at).toBeNull();
    expect(wayBack(deal)).toEqual({ stage_id: 'a' });
    expect(wayBack(lost)).toEqual({ stage_id: 'lost', closed_at: '2026-01-11T00:00:00.000Z', lost_reason: 'Price' });
  });

  it('calls only open deals late', () => {
    expect(overdueDays({ status: 'open', close_date: '2026-01-01' }, '2026-01-11')).toBe(10);
    expect(overdueDays({ status: 'open', close_date: '2026-01-11' }, '2026-01-11')).toBeNull();
    expect(overdueDays({ status: 'won', close_date: '2026-01-01' }, '2026-01-11')).toBeNull();
  });
});

describe('reasons of a score', () => {
  it('are split by direction, the strongest first, on one scale; notes and the rest apart', () => {
    const groups = reasonGroups([reason('low_skill', 0, null, 'none'), reason('x', 0.1), reason('y', 0.4), reason('z', -0.2), reason('other', -0.9), reason('v', 0.2), reason('w', 0.05)], 3);
    expect(groups.up.map(({ reason: { feature }, weight }) => [feature, weight])).toEqual([['y', 1], ['v', 0.5], ['x', 0.25]]);
    expect(groups.down.map(({ reason: { feature }, weight }) => [feature, weight])).toEqual([['z', 0.5]]);
    expect([groups.notes[0]?.feature, groups.rest?.feature]).toEqual(['low_skill', 'other']);
    expect(reasonGroups([])).toEqual({ up: [], down: [], notes: [], rest: null });
  });

  it('are written by what they are', () => {
    expect([reason('owner_win_rate', 1, 0.4), reason('amount', 1, 5), reason('calls', 1, 5), reason('source', 1, 'web')].map(styleOf)).toEqual(['share', 'money', 'number', 'words']);
  });

  it('say why there is no score', () => {
    const score = (probability: number | null, state: string) => ({ probability, base_probability: null, reasons: [], scored_at: null, model: { state, version: null, trained_at: null, message: null } });
    expect(absence(undefined, 'open')).toBe('off');
    expect(absence(score(0.4, 'active'), 'open')).toBeNull();
    expect(absence(score(0.4, 'active'), 'won')).toBe('closed');
    expect(['insufficient_data', 'none', 'training', 'rejected', 'active'].map((state) => absence(score(null, state), 'open'))).toEqual(['insufficient_data', 'none', 'training', 'failed', 'waiting']);
  });
});
