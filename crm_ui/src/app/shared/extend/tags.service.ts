import { computed, inject, Injectable, signal } from '@angular/core';
import { ApiClient, Page } from '@core/api/api.client';
import { SessionService } from '@core/session/session.service';
import type { RecordTag } from './record-tags.component';

/** Knows the tags of the business, as of the last page that asked. */
@Injectable({ providedIn: 'root' })
export class TagsService {
  private readonly api = inject(ApiClient);
  private readonly session = inject(SessionService);
  private readonly known = signal<readonly RecordTag[]>([]);

  /** All tags, by name. */
  readonly all = this.known.asReadonly();
  /** Whether there is such a thing for the reader. */
  readonly on = computed(() => this.session.feature('crm_feature_tags') && this.session.can('tags', 'read'));

  /** Reads them anew. @throws the problem of the API. */
  async load(): Promise<void> {
    this.known.set((await this.api.get<Page<RecordTag>>('tags')).items);
  }
}
