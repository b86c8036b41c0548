import { HttpEventType } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { ApiClient, Page, PageOptions } from '@core/api/api.client';
import { ListQuery } from '@core/api/list.query';
import { toProblem } from '@core/api/problem';
import { Catalogue, ImportDetail, ImportJob, ImportMapping, isWorking, Preview, SavedMapping } from './import.model';

/** How often a running import is asked for; it ends in seconds, or its bar moves slowly anyway. */
const POLL_MS = 400;

/** The import routes of the API. */
@Injectable({ providedIn: 'root' })
export class ImportApi {
  private readonly api = inject(ApiClient);

  /** What can be imported; asked by each page anew, as custom fields come and go. */
  catalogue(): Promise<Catalogue> {
    return this.api.get<Catalogue>('imports/catalogue');
  }

  /** Imports, newest first. */
  list(_query: ListQuery, options: PageOptions): Promise<Page<ImportJob>> {
    const params: Record<string, string> = { limit: String(options.limit ?? 50) };
    if (options.cursor) params['cursor'] = options.cursor;
    return this.api.get<Page<ImportJob>>('imports', params);
  }

  /** One import with its problems. */
  detail(id: string): Promise<ImportDetail> {
    return this.api.get<ImportDetail>(`imports/${id}`);
  }

  /** Looks at a file without keeping it. */
  preview(file: File, entity?: string, encoding?: string): Promise<Preview> {
    const form = new FormData();
    if (entity !== undefined) form.set('entity', entity);
    if (encoding !== undefined) form.set('encoding', encoding);
    form.set('file', file, file.name);
    return this.send<Preview>('imports/preview', form);
  }

  /** Sends a file to be checked or imported; `uploaded` hears how much has gone, 0–1. */
  start(file: File, entity: string, mapping: ImportMapping, dryRun: boolean, uploaded?: (share: number) => void): Promise<ImportJob> {
    const form = new FormData();
    form.set('entity', entity);
    form.set('mapping', JSON.stringify(mapping));
    form.set('dry_run', String(dryRun));
    form.set('file', file, file.name);
    return this.send<ImportJob>('imports', form, uploaded);
  }

  /** Follows an import to its end; `seen` hears each state. */
  async follow(id: string, seen: (job: ImportDetail) => void, isWanted: () => boolean = () => true): Promise<ImportDetail> {
    for (;;) {
      const job = await this.detail(id);
      seen(job);
      if (!isWorking(job) || !isWanted()) return job;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Stops an import after its present batch. */
  cancel(id: string): Promise<ImportJob> {
    return this.api.post<ImportJob>(`imports/${id}/cancel`, {});
  }

  /** Rows with problems as CSV. */
  problems(id: string): Promise<Blob> {
    return this.api.download(`imports/${id}/errors.csv`);
  }

  /** Saved mappings of an entity. */
  async mappings(entity: string): Promise<readonly SavedMapping[]> {
    const { items } = await this.api.get<{ items: readonly SavedMapping[] }>('imports/mappings');
    return items.filter((item) => item.entity === entity);
  }

  /** Saves a mapping under a name. */
  saveMapping(name: string, entity: string, mapping: ImportMapping): Promise<SavedMapping> {
    return this.api.post<SavedMapping>('imports/mappings', { name, entity, mapping });
  }

  private send<T>(path: string, form: FormData, uploaded?: (share: number) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.api.upload<T>(path, form).subscribe({
        next: (event) => {
          if (event.type === HttpEventType.UploadProgress && event.total) uploaded?.(event.loaded / event.total);
          if (event.type === HttpEventType.Response) resolve(event.body as T);
        },
        error: (error: unknown) => reject(toProblem(error) as unknown as Error),
      });
    });
  }
}
