import { MemberMeaning } from '@core/analytics/analytics.client';
import { Grain } from '@core/reports/report.model';
import { Field, FieldKind, localOf, viewOf } from '../definition/definition.model';

/** The members by name. */
export type Meanings = ReadonlyMap<string, MemberMeaning>;

/** A field that is offered, in the reader's language. */
export interface Entry extends Field {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** How near the words typed are: 0 its title as it stands, 1 the beginning of its title, 2 words of its title, 3 words of what is said about it. */
  readonly rank: number;
}

/** Fields of one kind of a view. */
export interface EntryGroup {
  readonly kind: 'measure' | 'split' | 'time';
  readonly entries: readonly Entry[];
}

/** What a view offers. */
export interface EntryView {
  readonly name: string;
  readonly title: string;
  readonly groups: readonly EntryGroup[];
  readonly count: number;
}

/** Words that name a step of time, folded; with ال before them too. */
const STEPS: readonly (readonly [Grain, readonly string[]])[] = [
  ['day', ['day', 'daily', 'يوم', 'يوميا']], ['week', ['week', 'weekly', 'اسبوع', 'اسبوعيا']], ['month', ['month', 'monthly', 'شهر', 'شهريا']], ['quarter', ['quarter', 'quarterly', 'ربع', 'فصليا']], ['year', ['year', 'yearly', 'سنه', 'سنويا']],
];

/** The step of time that words name, and the words that are left to find the time by: "closed by quarter" is Closed, in quarters. */
function stepOf(words: readonly string[]): { readonly grain: Grain; readonly rest: readonly string[] } | null {
  // The last of them: the name of a time may have such a word in it too (يوم الإغلاق).
  for (let at = words.length - 1; at >= 0; at -= 1) {
    const [grain] = STEPS.find(([, names]) => names.some((name) => words[at] === name || words[at] === `ال${name}`)) ?? [];
    if (grain) return { grain, rest: words.filter((word, index) => index !== at && word !== 'by' && word !== 'حسب') };
  }
  return null;
}

const GROUPS: readonly EntryGroup['kind'][] = ['measure', 'split', 'time'];

/** Text as it is searched: without case, marks, and the differences of Arabic letters that people do not type (أ إ آ ا, ة ه, ى ي) or digits of either kind. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}|\u0640/gu, '').replace(/ٱ/g, 'ا').replace(/ة/g, 'ه').replace(/[ىی]/g, 'ي').replace(/ک/g, 'ك')
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).toLocaleLowerCase();
}

/** Members that stand beside another: its Arabic name, its id, its place in order. */
const isCompanion = (name: string): boolean => /(_ar|_id|_position)$/.test(name) || name === 'id' || name === 'tags';

/** What a member is to a report; null for what is not offered. */
export function kindOf(member: string, meaning: MemberMeaning): FieldKind | null {
  if (meaning.kind === 'measure') return meaning.unit === 'text' || meaning.unit === 'date' ? null : 'measure';
  if (meaning.asked) return 'asked';
  if (isCompanion(localOf(member))) return null;
  return meaning.type === 'time' ? 'time' : 'split';
}

/** Title of a member in the reader's language; its own name where nothing is known of it. */
export const titleOf = (member: string, meanings: Meanings, arabic: boolean): string => {
  const meaning = meanings.get(member);
  return (arabic ? meaning?.titleAr : '') || meaning?.title || localOf(member);
};

/** Title of a view in the reader's language. */
export function viewTitle(view: string, meanings: Meanings, arabic: boolean): string {
  for (const [member, meaning] of meanings) if (viewOf(member) === view) return (arabic && meaning.view.titleAr) || meaning.view.title || view;
  return view;
}

/** The fields whose words, in either language, contain every word typed, the nearest first; a time is also found by a step (“closed by quarter”), which it is then split by. The view named `first` leads. */
export function catalogue(meanings: Meanings, typed: string, arabic: boolean, first = ''): readonly EntryView[] {
  const phrase = folded(typed).trim();
  const words = phrase.split(/\s+/).filter(Boolean);
  const step = stepOf(words);
  const views = new Map<string, { readonly title: string; readonly found: Entry[] }>();
  for (const [member, meaning] of meanings) {
    const kind = kindOf(member, meaning);
    if (kind === null) continue;
    const titles = [folded(meaning.title), folded(meaning.titleAr), folded(localOf(member).replace(/_/g, ' '))];
    const text = words.length === 0 ? '' : [...titles, folded([localOf(member), meaning.description, meaning.descriptionAr, meaning.view.title, meaning.view.titleAr].join(' '))].join(' ');
    const has = (some: readonly string[]): boolean => some.every((word) => text.includes(word));
    const grain = kind === 'time' && step !== null && has(step.rest) ? step.grain : undefined;
    if (grain === undefined && !has(words)) continue;
    const wanted = grain !== undefined && step ? step.rest : words;
    const rank = titles.includes(wanted.join(' ')) ? 0 : titles.some((title) => title.startsWith(wanted.join(' '))) ? 1 : wanted.every((word) => titles.some((title) => title.includes(word))) ? 2 : 3;
    const view = views.get(meaning.view.name) ?? { title: (arabic && meaning.view.titleAr) || meaning.view.title, found: [] };
    views.set(meaning.view.name, view);
    view.found.push({ member, kind, title: titleOf(member, meanings, arabic), description: (arabic && meaning.descriptionAr) || meaning.description, unit: meaning.unit, rank, ...(grain ? { grain } : {}) });
  }
  const groupOf = ({ kind }: Entry): EntryGroup['kind'] => (kind === 'asked' ? 'split' : kind);
  const all = [...views].map(([name, { title, found }]): EntryView => {
    const sorted = [...found].sort((one, other) => one.rank - other.rank);
    return { name, title, count: sorted.length, groups: GROUPS.map((kind) => ({ kind, entries: sorted.filter((entry) => groupOf(entry) === kind) })).filter(({ entries }) => entries.length > 0) };
  });
  return all.sort((one, other) => Number(other.name === first) - Number(one.name === first));
}

/** The field that Enter takes: the nearest of the subject that the report is about, else of all; null where nothing was typed or found. */
export function nearest(views: readonly EntryView[], typed: string, view: string): Entry | null {
  if (typed.trim() === '') return null;
  const own = views.filter(({ name }) => name === view);
  const entries = (own.length > 0 ? own : views).flatMap(({ groups }) => groups.flatMap((group) => group.entries));
  return entries.reduce<Entry | null>((best, entry) => (best === null || entry.rank < best.rank ? entry : best), null);
}

/** The splits of a view by name, for lists of what comes next. */
export function splitsOf(meanings: Meanings, view: string, arabic: boolean): readonly Entry[] {
  return catalogue(meanings, '', arabic, view).find(({ name }) => name === view)?.groups.flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'split' || kind === 'time') ?? [];
}

/** The time that most questions of a view are put by: the one it is split by, else closing, creation or the first. */
export function usualTime(meanings: Meanings, view: string, used: readonly string[]): string | null {
  const times = [...meanings].filter(([member, meaning]) => viewOf(member) === view && kindOf(member, meaning) === 'time').map(([member]) => member);
  const known = ['closed_at', 'close_date', 'created_at'].map((name) => `${view}.${name}`);
  return used.find((member) => times.includes(member)) ?? known.find((member) => times.includes(member)) ?? times[0] ?? null;
}
