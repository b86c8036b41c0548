import { computed, inject, Injectable, resource } from '@angular/core';
import { AnalyticsClient, MemberMeaning } from '@core/analytics/analytics.client';
import { PageReader } from '../format/reader';

/** What a number is called and means, in the reader's language. */
export interface MemberWords {
  readonly title: string;
  readonly description: string;
  readonly formula: string;
}

const NOTHING: MemberWords = { title: '', description: '', formula: '' };

/** The words of the semantic layer for its numbers, so that a page has none of its own; provide it where `AnalyticsClient` is. */
@Injectable()
export class MemberDictionary {
  private readonly analytics = inject(AnalyticsClient);
  private readonly reader = inject(PageReader);
  private readonly meta = resource({ loader: () => this.analytics.members() });

  private readonly known = computed<ReadonlyMap<string, MemberMeaning> | null>(() => (this.meta.hasValue() ? this.meta.value() : null));

  /** The words of a member; empty ones until they are known and for what may not be asked for. */
  of(member: string): MemberWords {
    const meaning = this.known()?.get(member);
    if (!meaning) return NOTHING;
    const { arabic } = this.reader.reader();
    return { title: (arabic && meaning.titleAr) || meaning.title, description: (arabic && meaning.descriptionAr) || meaning.description, formula: (arabic && meaning.formulaAr) || meaning.formula };
  }
}
