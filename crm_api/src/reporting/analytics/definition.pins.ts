import type { Actor } from '../../kernel/context/actor.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { AnalyticsService } from './analytics.service.js';
import { readMeanings, type Meanings } from './member.meanings.js';

/** Version of the definition of each measure, as it was when a report or a dashboard was saved; a measure whose version could not be read is absent. */
export type Pins = Readonly<Record<string, number>>;

/** A measure that counts by another version of its definition; null where none was noted. */
export interface PinChange {
  readonly what: 'pin';
  readonly action: 'changed';
  readonly measure: string;
  readonly from: number | null;
  readonly to: number | null;
}

/** Measures of both that count by another version of their definition. */
export function pinChanges(a: Pins, b: Pins, measures: readonly string[]): PinChange[] {
  return [...new Set(measures)].flatMap((measure): PinChange[] => {
    const [from, to] = [a[measure] ?? null, b[measure] ?? null];
    return from === to ? [] : [{ what: 'pin', action: 'changed', measure, from, to }];
  });
}

/**
 * The version of the definition that each of these measures has now, as far as the caller is shown it. Work is not lost because the figures
 * are down: what cannot be read keeps what was noted before, or has no version.
 */
export async function readPins(analytics: AnalyticsService, actor: Actor, measures: readonly string[], before: Pins): Promise<Pins> {
  if (measures.length === 0) return {};
  const now = await meaningsNow(analytics, actor);
  return Object.fromEntries([...new Set(measures)].flatMap((measure) => {
    const version = now?.get(measure)?.version ?? before[measure];
    return version === undefined ? [] : [[measure, version]];
  }));
}

async function meaningsNow(analytics: AnalyticsService, actor: Actor): Promise<Meanings | null> {
  try {
    return await readMeanings(analytics, actor);
  } catch (error) {
    if (error instanceof CrmError && error.status >= 500) return null;
    throw error;
  }
}
