import { IconName } from '../icon/icons';
import { StoryEntry } from './record.model';

/** Translates a key with values. */
export type Text = (key: string, values?: Record<string, unknown>) => string;

/** What the words of a story need to know about the reader. */
export interface StoryReader {
  readonly text: Text;
  /** A stage's name in the reader's language. */
  readonly stageName: (stage: { readonly id: string; readonly name: string }) => string;
  /** A name of two languages in the reader's. */
  readonly nameOf: (record: { readonly name: string; readonly name_ar?: string | null }) => string;
  /** A sum of money in the reader's writing. */
  readonly money: (value: unknown, currency?: string) => string;
}

/** How one entry is drawn. */
export interface StoryWords {
  readonly icon: IconName;
  readonly tone: 'neutral' | 'accent' | 'won' | 'lost';
  readonly title: string;
  /** Old and new value, where the entry tells a change. */
  readonly from: string | null;
  readonly to: string | null;
  readonly detail: string | null;
  /** The record's name as the entry tells it, for stories that tell of several records. */
  readonly name: string | null;
}

interface Named { readonly id: string; readonly name: string; readonly kind?: string }

const named = (value: unknown): Named | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { id, name, kind } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof name === 'string' ? { id, name, kind: typeof kind === 'string' ? kind : undefined } : null;
};

const ICONS: Readonly<Record<string, IconName>> = {
  created: 'plus', updated: 'pencil', deleted: 'trash', restored: 'undo', 'import.created': 'upload', 'import.updated': 'upload', stage_changed: 'arrow-right', resolved: 'circle-check',
  new: 'receipt', churn: 'circle-x', expansion: 'trending-up', contraction: 'trending-down', reactivation: 'refresh',
};
const LOUD: Readonly<Record<string, StoryWords['tone']>> = { created: 'accent', resolved: 'won', new: 'won', churn: 'lost', expansion: 'won', contraction: 'lost', reactivation: 'won' };
/** Fields whose change says nothing to a reader beside the change that brought it. */
const SILENT = new Set(['search_text', 'closed_at', 'status', 'pipeline_id']);

/** The name behind the colon of a summary such as `deal created: Big order`; null where there is none. */
export function nameInSummary({ summary }: StoryEntry): string | null {
  const at = summary.indexOf(': ');
  return at > 0 ? summary.slice(at + 2).trim() || null : null;
}

/** True when the entry only repeats what its neighbour says: moving a deal writes the move and the changed fields. */
export function isEcho(entry: StoryEntry, all: readonly StoryEntry[]): boolean {
  if (entry.kind !== 'updated' || !fieldsOf(entry).includes('stage_id')) return false;
  return all.some((other) => other.kind === 'stage_changed' && other.entity_id === entry.entity_id && Math.abs(Date.parse(other.occurred_at) - Date.parse(entry.occurred_at)) < 2000);
}

function fieldsOf({ data }: StoryEntry): string[] {
  const fields = data['fields'];
  return Array.isArray(fields) ? fields.filter((field): field is string => typeof field === 'string') : [];
}

/** The words of one entry; a kind that is not known keeps the summary that the server wrote. */
export function storyWords(entry: StoryEntry, { text, stageName, nameOf, money }: StoryReader): StoryWords {
  const base: StoryWords = { icon: ICONS[entry.kind] ?? 'activity', tone: LOUD[entry.kind] ?? 'neutral', title: entry.summary, from: null, to: null, detail: null, name: nameInSummary(entry) };
  const known = (key: string, values?: Record<string, unknown>): string | null => {
    const words = text(key, values);
    return words === key ? null : words;
  };
  if (entry.kind === 'stage_changed') {
    const [from, to] = [named(entry.data['from']), named(entry.data['to'])];
    const kind = to?.kind === 'won' || to?.kind === 'lost' ? to.kind : 'moved';
    return {
      ...base,
      icon: kind === 'won' ? 'circle-check' : kind === 'lost' ? 'circle-x' : 'arrow-right',
      tone: kind === 'moved' ? 'accent' : kind,
      title: text(`record.story.${kind}`),
      from: from && stageName(from),
      to: to && stageName(to),
    };
  }
  if (entry.kind === 'consent') {
    const about = entry.data['consents'] as { readonly state?: string; readonly name: string; readonly name_ar?: string | null; readonly channel: string } | undefined;
    const state = about?.state === 'granted' || about?.state === 'withdrawn' ? about.state : null;
    return {
      ...base, icon: state === 'withdrawn' ? 'circle-x' : 'circle-check', name: null, title: text(state === null ? 'record.story.any.consent' : `record.story.any.consent_${state}`),
      // Whoever is not shown consents is told only that there was a change.
      detail: state === null || about === undefined ? null : text('record.story.consentAbout', { name: nameOf(about), channel: text(`consent.channel.${about.channel}`) }),
    };
  }
  const words = known(`record.story.${entry.entity}.${entry.kind}`) ?? known(`record.story.any.${entry.kind.replace('.', '_')}`);
  if (words === null) return { ...base, name: null };
  if (entry.kind === 'updated') {
    const fields = fieldsOf(entry).filter((field) => !SILENT.has(field)).map((field) => known(`record.fields.${field}`) ?? field.replace(/^custom\./, '').replace(/_/g, ' '));
    return { ...base, title: words, detail: fields.length ? fields.join(text('record.comma')) : null };
  }
  if (entry.entity === 'subscriptions' && 'mrr_after' in entry.data) {
    const currency = /\b([A-Z]{3}) a month$/.exec(entry.summary)?.[1];
    return { ...base, title: words, from: money(entry.data['mrr_before'], currency), to: money(entry.data['mrr_after'], currency), detail: text('record.story.perMonth'), name: entry.summary.split(':')[0] ?? null };
  }
  return { ...base, title: words };
}
