import { HttpClient, HttpErrorResponse, HttpEvent, HttpHeaders, HttpParams } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { firstValueFrom, Observable } from 'rxjs';
import { toProblem } from './problem';
import { ListQuery, paramsFromQuery } from './list.query';

/** The root of every address of the API; the interface is served from the same origin. */
export const API_ROOT = '/crm/v1';

/** What every record has. */
export interface RecordBase {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A record that another one points at. */
export interface Reference {
  readonly id: string;
  readonly name: string;
  /** The name in Arabic, where the record has one. */
  readonly name_ar?: string | null;
}

/** One page of a list; `total` only when it was asked for. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
  readonly total?: number;
}

/** An answer and the version it shows. */
export interface Tagged<T> {
  readonly body: T;
  readonly tag: string | null;
}

/** Options of one page request. */
export interface PageOptions {
  readonly limit?: number;
  readonly cursor?: string | null;
  readonly count?: boolean;
}

/** The API as promises; every rejection is a `Problem`. */
@Injectable({ providedIn: 'root' })
export class ApiClient {
  private readonly http = inject(HttpClient);

  /** One page of a resource's list. */
  list<T>(resource: string, query: Partial<ListQuery> = {}, options: PageOptions = {}): Promise<Page<T>> {
    const params: Record<string, string> = paramsFromQuery(query);
    if (options.limit !== undefined) params['limit'] = String(options.limit);
    if (options.cursor) params['cursor'] = options.cursor;
    if (options.count) params['count'] = 'true';
    return this.get<Page<T>>(resource, params);
  }

  /** Any answer of GET. */
  get<T>(path: string, params: Readonly<Record<string, string | readonly string[]>> = {}): Promise<T> {
    return this.settle(this.http.get<T>(this.url(path), { params: new HttpParams({ fromObject: params }) }));
  }

  /** A file as text, for downloads that need the token. */
  download(path: string): Promise<Blob> {
    return this.settle(this.http.get(this.url(path), { responseType: 'blob' }));
  }

  /** A file that is made on demand, and the name that the server gives it. */
  async file(path: string, body: unknown): Promise<{ readonly blob: Blob; readonly name: string }> {
    try {
      const answer = await firstValueFrom(this.http.post(this.url(path), body, { responseType: 'blob', observe: 'response' }));
      const [, name] = /filename\*=UTF-8''([^;]+)/i.exec(answer.headers.get('Content-Disposition') ?? '') ?? [];
      return { blob: answer.body ?? new Blob(), name: decodeURIComponent(name ?? 'export') };
    } catch (error) {
      // Why there is no file comes as a file too.
      if (error instanceof HttpErrorResponse && error.error instanceof Blob) {
        const { headers, status, statusText } = error;
        throw toProblem(new HttpErrorResponse({ headers, status, statusText, url: error.url ?? '', error: await error.error.text().then((text) => JSON.parse(text) as unknown).catch(() => null) }));
      }
      throw toProblem(error);
    }
  }

  /** Creates or acts; the key makes a repetition after a lost answer harmless. */
  post<T>(path: string, body: unknown, key: string = crypto.randomUUID()): Promise<T> {
    return this.settle(this.http.post<T>(this.url(path), body, { headers: new HttpHeaders({ 'Idempotency-Key': key }) }));
  }

  /** An answer of GET with its entity tag, for a change that must not overwrite somebody else's. */
  async tagged<T>(path: string): Promise<Tagged<T>> {
    const answer = await this.settle(this.http.get<T>(this.url(path), { observe: 'response' }));
    return { body: answer.body as T, tag: answer.headers.get('ETag') };
  }

  /** Changes some fields of a record; with a tag only the version that was read (else 412 `changed_meanwhile`). */
  patch<T>(path: string, body: unknown, tag: string | null = null): Promise<T> {
    return this.settle(this.http.patch<T>(this.url(path), body, tag === null ? {} : { headers: new HttpHeaders({ 'If-Match': tag }) }));
  }

  /** Makes something exactly what is sent; with a tag only over the version that was read (else 412 `changed_meanwhile`). */
  put<T>(path: string, body: unknown, tag: string | null = null): Promise<T> {
    return this.settle(this.http.put<T>(this.url(path), body, tag === null ? {} : { headers: new HttpHeaders({ 'If-Match': tag }) }));
  }

  /** Deletes a record; the answer has no body. */
  async remove(path: string): Promise<void> {
    await this.settle(this.http.delete<void>(this.url(path)));
  }

  /** Sends files and tells the progress; errors are `HttpErrorResponse` for `toProblem`. */
  upload<T>(path: string, form: FormData): Observable<HttpEvent<T>> {
    return this.http.post<T>(this.url(path), form, {
      reportProgress: true,
      observe: 'events',
      headers: new HttpHeaders({ 'Idempotency-Key': crypto.randomUUID() }),
    });
  }

  private url(path: string): string {
    return `${API_ROOT}/${path.replace(/^\//, '')}`;
  }

  private async settle<T>(answer: Observable<T>): Promise<T> {
    try {
      return await firstValueFrom(answer);
    } catch (error) {
      throw toProblem(error);
    }
  }
}
