import { MemberMeaning } from '@core/analytics/analytics.client';
import { Field, FieldKind, localOf, viewOf } from '../definition/definition.model';

/** The members by name. */
export type Meanings = ReadonlyMap<string, MemberMeaning>;

/** A field that is offered, in the reader's language. */
export interface Entry extends Field {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
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

/** The fields whose words, in either language, contain every word typed; those whose titles do come first. The view named `first` leads. */
export function catalogue(meanings: Meanings, typed: string, arabic: boolean, first = ''): readonly EntryView[] {
  const words = folded(typed).trim().split(/\s+/).filter(Boolean);
  const views = new Map<string, { readonly title: string; readonly found: { readonly entry: Entry; readonly far: boolean }[] }>();
  for (const [member, meaning] of meanings) {
    const kind = kindOf(member, meaning);
    if (kind === null) continue;
    const titles = folded(`${meaning.title} ${meaning.titleAr}`);
    const text = words.length === 0 ? '' : `${titles} ${folded([localOf(member), meaning.description, meaning.descriptionAr, meaning.view.title, meaning.view.titleAr].join(' '))}`;
    if (!words.every((word) => text.includes(word))) continue;
    const view = views.get(meaning.view.name) ?? { title: (arabic && meaning.view.titleAr) || meaning.view.title, found: [] };
    views.set(meaning.view.name, view);
    view.found.push({ far: !words.every((word) => titles.includes(word)), entry: { member, kind, title: titleOf(member, meanings, arabic), description: (arabic && meaning.descriptionAr) || meaning.description, unit: meaning.unit } });
  }
  const groupOf = ({ kind }: Entry): EntryGroup['kind'] => (kind === 'asked' ? 'split' : kind);
  const all = [...views].map(([name, { title, found }]): EntryView => {
    const sorted = [...found].sort((one, other) => Number(one.far) - Number(other.far)).map(({ entry }) => entry);
    return { name, title, count: sorted.length, groups: GROUPS.map((kind) => ({ kind, entries: sorted.filter((entry) => groupOf(entry) === kind) })).filter(({ entries }) => entries.length > 0) };
  });
  return all.sort((one, other) => Number(other.name === first) - Number(one.name === first));
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
