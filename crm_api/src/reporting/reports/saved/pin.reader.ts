import type { Actor } from '../../../kernel/context/actor.js';
import { CrmError } from '../../../kernel/errors/crm.error.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import { readMeanings, type Meanings } from '../../analytics/member.meanings.js';
import type { ReportDefinition } from '../definition/report.types.js';
import type { Pins } from './saved.types.js';

/** The measures of a report, each once. */
export const measuresOf = ({ values }: ReportDefinition): string[] => [...new Set(values.flatMap((value) => ('measure' in value ? [value.measure] : [])))];

/**
 * The version of the definition that each measure of a report has now, as far as the caller is shown it. Work is not lost because the figures
 * are down: what cannot be read keeps what was noted before, or has no version.
 */
export async function readPins(analytics: AnalyticsService, actor: Actor, definition: ReportDefinition, before: Pins): Promise<Pins> {
  const measures = measuresOf(definition);
  if (measures.length === 0) return {};
  const now = await meaningsNow(analytics, actor);
  return Object.fromEntries(measures.flatMap((measure) => {
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
