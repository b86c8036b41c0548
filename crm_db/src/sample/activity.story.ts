import type { Account } from './account.story.js';
import { day, dayOf, minute, officeMoment, timeText } from './calendar.js';
import { someoneAt, type Contact } from './contact.story.js';
import type { Rep } from './org.js';
import { uuidV7, type Random } from './random.js';
import type { World } from './world.js';

type Kind = 'call' | 'email' | 'meeting' | 'task' | 'note' | 'message';

const kinds: readonly (readonly [Kind, number])[] = [['call', 0.27], ['email', 0.38], ['meeting', 0.13], ['task', 0.08], ['note', 0.07], ['message', 0.07]];

const subjects: Readonly<Record<Kind, { readonly en: readonly string[]; readonly ar: readonly string[] }>> = {
  call: {
    en: ['Discovery call', 'Follow-up call', 'Pricing questions', 'Check-in call', 'Call about the rollout'],
    ar: ['مكالمة تعارف', 'مكالمة متابعة', 'أسئلة حول الأسعار', 'مكالمة اطمئنان', 'مكالمة حول الإطلاق'],
  },
  email: {
    en: ['Thank you for your time', 'Proposal attached', 'Next steps', 'Answers to your questions', 'Reference customers', 'Contract draft'],
    ar: ['شكراً لوقتكم', 'العرض مرفق', 'الخطوات القادمة', 'إجابات عن أسئلتكم', 'عملاء مرجعيون', 'مسودة العقد'],
  },
  meeting: {
    en: ['Product demonstration', 'Workshop with operations', 'Quarterly review', 'Meeting with finance', 'On-site visit'],
    ar: ['عرض المنتج', 'ورشة عمل مع العمليات', 'مراجعة ربع سنوية', 'اجتماع مع المالية', 'زيارة ميدانية'],
  },
  task: { en: ['Prepare the quote', 'Update the requirements', 'Arrange a reference call', 'Send the questionnaire'], ar: ['تجهيز عرض السعر', 'تحديث المتطلبات', 'ترتيب مكالمة مرجعية', 'إرسال الاستبيان'] },
  note: { en: ['Budget confirmed for this year', 'Decision moved to the board', 'Competitor mentioned', 'Very interested in analytics'], ar: ['تأكدت ميزانية هذا العام', 'القرار لدى مجلس الإدارة', 'ذُكر منافس', 'اهتمام كبير بالتحليلات'] },
  message: { en: ['Short question', 'Confirmed the appointment', 'Sent the location'], ar: ['سؤال سريع', 'تأكيد الموعد', 'إرسال الموقع'] },
};

const callOutcomes = ['connected', 'connected', 'no_answer', 'voicemail'] as const;
const meetingOutcomes = ['held', 'held', 'held', 'no_show'] as const;
const meetingLengths = [30, 30, 45, 60, 60, 90] as const;

interface Activity {
  readonly at: number;
  readonly ownerId: string;
  readonly account: Account;
  readonly contactId: string | null;
  readonly dealId: string | null;
  readonly ticketId: string | null;
}

const empty = '\\N';

/** Writes a line by hand, in the order of the table's columns: there are more activities than all other rows together, and their texts need no escapes. */
function write(world: World, activity: Activity, kind: Kind, planned: boolean, random: Random): void {
  world.activities += 1;
  const { at, account } = activity;
  const id = uuidV7(planned ? world.now - 3_600_000 : at, random);
  const when = timeText(at);
  const created = planned ? timeText(world.now - 3_600_000) : when;
  const direction = kind === 'task' || kind === 'note' ? empty : random.next() < 0.68 ? 'outbound' : 'inbound';
  const outcome = planned ? empty : kind === 'call' ? random.pick(callOutcomes) : kind === 'meeting' ? random.pick(meetingOutcomes) : empty;
  const subject = random.pick(subjects[kind][account.region.arabic && random.next() < 0.6 ? 'ar' : 'en']);
  const minutes = kind === 'call' ? random.int(2, 35) : kind === 'meeting' ? random.pick(meetingLengths) : empty;
  world.sink.addLine('crm_activities', `${id}\t${created}\t${created}\t${kind}\t${direction}\t${subject}\t${planned ? 'planned' : 'done'}\t${outcome}\t${when}\t`
    + `${planned || kind === 'task' ? when : empty}\t${minutes}\t${activity.ownerId}\t${account.id}\t${activity.contactId ?? empty}\t${activity.dealId ?? empty}\t${activity.ticketId ?? empty}\n`);
}

/** A deal while its activities are made. */
export interface DealAtWork {
  readonly dealId: string;
  readonly account: Account;
  readonly owner: Rep;
  readonly people: readonly Contact[];
  readonly createdAt: number;
  /** Its decision, or today. */
  readonly until: number;
  readonly open: boolean;
}

/** Writes what was done for a deal and returns the moments with the person each was with; what is only planned is written but not returned. */
export function dealActivities(world: World, deal: DealAtWork, random: Random): { readonly at: number; readonly contactId: string }[] {
  const span = (deal.until - deal.createdAt) / day;
  const rate = world.volume.pace * deal.owner.diligence * random.lognormal(0.45);
  const count = 1 + random.poisson((rate * span) / 30);
  const done = Array.from({ length: count }, (_, index) => {
    const wished = officeMoment(dayOf(deal.createdAt + random.next() * (deal.until - deal.createdAt)), deal.account.region.hours, random);
    const at = Math.floor(Math.max(deal.createdAt, Math.min(wished, deal.until - random.int(1, 600) * minute)));
    const contactId = deal.people[index % deal.people.length]?.id ?? '';
    write(world, { at, ownerId: deal.owner.id, account: deal.account, contactId, dealId: deal.dealId, ticketId: null }, random.weighted(kinds, (entry) => entry[1])[0], false, random);
    return { at, contactId };
  });
  if (deal.open && random.chance(0.7)) {
    const at = officeMoment(world.today + random.int(0, 14), deal.account.region.hours, random);
    write(world, { at, ownerId: deal.owner.id, account: deal.account, contactId: deal.people[0]?.id ?? null, dealId: deal.dealId, ticketId: null }, random.pick(['call', 'meeting', 'task']), true, random);
  }
  return done;
}

/** Writes the answer of an agent to a ticket. */
export function ticketActivity(world: World, account: Account, contactId: string, agentId: string, ticketId: string, at: number, random: Random): void {
  write(world, { at, ownerId: agentId, account, contactId, dealId: null, ticketId }, random.chance(0.7) ? 'email' : 'call', false, random);
}

/** Writes the care of an account outside its deals. */
export function careActivities(world: World, account: Account, contacts: readonly Contact[], count: number, random: Random): void {
  const from = dayOf(account.createdAt);
  for (let index = 0; index < count; index += 1) {
    const number = world.drawDay(account.region, from, Math.max(from + 1, world.today), random);
    const at = world.past(Math.max(account.createdAt, officeMoment(number, account.region.hours, random)));
    write(world, { at, ownerId: account.owner.id, account, contactId: someoneAt(contacts, at, random).id, dealId: null, ticketId: null }, random.weighted(kinds, (entry) => entry[1])[0], false, random);
  }
}
