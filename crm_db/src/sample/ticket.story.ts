import type { Account, Stage } from './account.story.js';
import { ticketActivity } from './activity.story.js';
import { addBusinessMinutes, day, dayOf, minute, officeMoment, timeText } from './calendar.js';
import { someoneAt, type Contact } from './contact.story.js';
import { uuidV7, type Random } from './random.js';
import { stamp, type World } from './world.js';

/** A promise of service by priority, in minutes of business hours. */
export interface Policy {
  readonly id: string;
  readonly priority: 'low' | 'normal' | 'high' | 'urgent';
  readonly firstResponse: number;
  readonly resolution: number;
}

const promises = [['low', 480, 4800], ['normal', 240, 1920], ['high', 60, 480], ['urgent', 30, 240]] as const;

/** Makes the service levels. All are promised in Monday–Friday 09:00–17:00 UTC. */
export function makePolicies(world: World): Policy[] {
  const random = world.random.fork('policies');
  return promises.map(([priority, firstResponse, resolution]) => {
    const row = stamp(random, (world.start - 100) * day);
    world.sink.add('crm_sla_policies', {
      ...row, name: `Standard, ${priority}`, priority, first_response_minutes: firstResponse, resolution_minutes: resolution,
      business_hours: JSON.stringify({ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00', time_zone: 'UTC' }),
    });
    return { id: row.id, priority, firstResponse, resolution };
  });
}

const subjects: readonly (readonly [category: string, weight: number, en: readonly string[], ar: readonly string[]])[] = [
  ['How-to', 0.3, ['How do I export a report?', 'Adding a new user', 'Changing the time zone', 'Where are the archived records?'], ['كيف أصدّر تقريراً؟', 'إضافة مستخدم جديد', 'تغيير المنطقة الزمنية']],
  ['Bug', 0.27, ['Page stays empty after login', 'Totals differ from the export', 'Mobile app closes by itself', 'Notifications arrive twice'], ['الصفحة فارغة بعد الدخول', 'المجاميع لا تطابق الملف المصدّر', 'التطبيق يُغلق تلقائياً']],
  ['Billing', 0.15, ['Question about the last invoice', 'Change of billing address', 'Payment was not recorded'], ['استفسار عن آخر فاتورة', 'تغيير عنوان الفوترة']],
  ['Integration', 0.16, ['API returns an error 401', 'Synchronisation is late', 'New field is not transferred'], ['واجهة البرمجة تعيد خطأ 401', 'المزامنة متأخرة']],
  ['Outage', 0.12, ['Service is not reachable', 'Very slow since this morning', 'Devices are offline'], ['الخدمة غير متاحة', 'بطء شديد منذ الصباح', 'الأجهزة غير متصلة']],
];

/** Draws when a customer asks for help between two days: some accounts are troubled for a while. */
export function drawTicketTimes(account: Account, from: number, to: number, random: Random): number[] {
  const base = 0.10 + 0.05 * Math.log10(Math.max(1, account.employees)) * random.lognormal(0.6);
  const times: number[] = [];
  let trouble = 1;
  for (let number = from; number < to; number += 30) {
    trouble = random.chance(0.12) ? random.between(2, 6) : 1 + (trouble - 1) * 0.55;
    const count = random.poisson(base * trouble);
    for (let index = 0; index < count; index += 1) times.push(officeMoment(number + random.int(0, Math.min(29, to - number - 1)), account.region.hours, random));
  }
  return times.sort((left, right) => left - right);
}

/** Writes a customer's tickets with their promises, answers, solution and rating. */
export function writeTickets(stage: Stage, policies: readonly Policy[], account: Account, contacts: readonly Contact[], times: readonly number[], random: Random): void {
  const { world, organisation } = stage;
  for (const createdAt of times) {
    if (createdAt >= world.now) continue;
    const [category, , english, arabic] = random.weighted(subjects, (entry) => entry[1]);
    const wanted = category === 'Outage' ? random.pick(['urgent', 'urgent', 'high']) : random.pick(['low', 'normal', 'normal', 'normal', 'high']);
    const policy = policies.find((one) => one.priority === wanted) ?? policies[0];
    if (policy === undefined) throw new Error('The sample has no service levels');
    const agent = random.pick(organisation.agents);
    const contact = someoneAt(contacts, createdAt, random);
    const firstDue = addBusinessMinutes(createdAt, policy.firstResponse);
    const dueAt = addBusinessMinutes(createdAt, policy.resolution);
    // About nine in ten first answers and eight in ten solutions keep the promise.
    const respondedAt = addBusinessMinutes(createdAt, Math.max(3, Math.round(policy.firstResponse * 0.42 * random.lognormal(0.7)))) + random.int(1, 59) * 1000;
    const reopened = random.chance(0.06) ? random.int(1, 2) : 0;
    const resolvedAt = addBusinessMinutes(respondedAt, Math.max(10, Math.round(policy.resolution * (0.38 + 0.3 * reopened) * random.lognormal(0.85)))) + random.int(1, 59) * 1000;
    const responded = respondedAt < world.now;
    const resolved = resolvedAt < world.now;
    const closedAt = resolvedAt + random.int(1, 5) * day;
    const closed = resolved && closedAt < world.now;
    const status = closed ? 'closed' : resolved ? 'solved' : !responded ? 'new' : random.chance(0.3) ? 'pending' : 'open';
    const happy = 0.9 - (resolvedAt > dueAt ? 0.45 : 0) - (respondedAt > firstDue ? 0.15 : 0) - 0.2 * reopened;
    const rated = resolved && random.chance(0.38);
    const csat = !rated ? null : random.chance(happy) ? random.pick([4, 5, 5]) : random.pick([1, 2, 2, 3]);
    const nps = !resolved || !random.chance(0.16) ? null : random.chance(happy) ? random.pick([8, 9, 9, 10, 10]) : random.int(1, 7);
    const id = uuidV7(createdAt, random);
    const updated = closed ? closedAt : resolved ? resolvedAt : responded ? respondedAt : createdAt;
    world.sink.add('crm_tickets', {
      id, created_at: timeText(createdAt), updated_at: timeText(updated), number: world.numbers.next('T', createdAt),
      subject: random.pick(account.region.arabic && random.chance(0.6) ? arabic : english), status, priority: policy.priority, category, channel: random.pick(['email', 'email', 'portal', 'phone', 'chat']),
      account_id: account.id, contact_id: contact.id, owner_id: agent, sla_policy_id: policy.id, first_response_due_at: timeText(firstDue),
      first_responded_at: responded ? timeText(respondedAt) : null, resolution_due_at: timeText(dueAt), resolved_at: resolved ? timeText(resolvedAt) : null,
      closed_at: closed ? timeText(closedAt) : null, reopened_count: resolved ? reopened : 0, csat, nps,
    });
    if (responded) ticketActivity(world, account, contact.id, agent, id, respondedAt, random);
    const tell = (kind: string, at: number, summary: string): void => world.sink.add('crm_timeline', {
      ...stamp(random, at), occurred_at: timeText(at), entity: 'tickets', entity_id: id, account_id: account.id, kind, actor_id: agent, summary, data: '{}',
    });
    tell('created', createdAt, `ticket created: ${category}`);
    if (resolved) tell('resolved', resolvedAt, `ticket resolved: ${category}`);
  }
}

/** How many tickets fell into the 90 days before a day. */
export function ticketsBefore(times: readonly number[], number: number): number {
  let count = 0;
  for (const at of times) if (dayOf(at) >= number - 90 && dayOf(at) < number) count += 1;
  return count;
}

/** The moment after which a former customer asks nothing any more: a month after the last subscription ended. */
export const silentAfter = (endedOn: number): number => (endedOn + 30) * day + minute;
