import { computed, signal } from '@angular/core';
import { Page, PageOptions } from './api.client';
import { EMPTY_QUERY, ListQuery } from './list.query';
import { Problem, toProblem } from './problem';

/** Loads one page of a list. */
export type PageLoader<T> = (query: ListQuery, options: PageOptions) => Promise<Page<T>>;

/** The state of one list: what is loaded, what is left, and what went wrong. Late answers to an older query are dropped. */
export class ListStore<T extends { readonly id: string }> {
  private readonly state = signal<readonly T[]>([]);
  private cursor: string | null = null;
  private run = 0;

  /** The rows loaded so far. */
  readonly items = this.state.asReadonly();
  /** What the list shows. */
  readonly query = signal<ListQuery>(EMPTY_QUERY);
  /** How many rows the query has in all; null until known. */
  readonly total = signal<number | null>(null);
  /** True while the first page loads. */
  readonly loading = signal(false);
  /** True while a further page loads. */
  readonly loadingMore = signal(false);
  /** True when no further page exists. */
  readonly complete = signal(false);
  /** The last failure; null after a success. */
  readonly problem = signal<Problem | null>(null);
  /** True when an answer came and it has no row. */
  readonly empty = computed(() => !this.loading() && this.problem() === null && this.complete() && this.items().length === 0);

  constructor(
    private readonly loader: PageLoader<T>,
    private readonly pageSize = 50,
  ) {}

  /** Shows another query from its first page. */
  async show(query: ListQuery): Promise<void> {
    this.query.set(query);
    await this.reload();
  }

  /** Loads the first page again. */
  async reload(): Promise<void> {
    const run = ++this.run;
    this.loading.set(true);
    this.loadingMore.set(false);
    this.problem.set(null);
    try {
      const page = await this.loader(this.query(), { limit: this.pageSize, count: true });
      if (run !== this.run) return;
      this.state.set(page.items);
      this.total.set(page.total ?? null);
      this.advance(page);
    } catch (error) {
      if (run !== this.run) return;
      this.state.set([]);
      this.total.set(null);
      this.problem.set(toProblem(error));
    } finally {
      if (run === this.run) this.loading.set(false);
    }
  }

  /** Loads the next page, if there is one and none is under way. */
  async more(): Promise<void> {
    if (this.loading() || this.loadingMore() || this.complete() || this.cursor === null) return;
    const run = this.run;
    this.loadingMore.set(true);
    try {
      const page = await this.loader(this.query(), { limit: this.pageSize, cursor: this.cursor });
      if (run !== this.run) return;
      const known = new Set(this.items().map((item) => item.id));
      this.state.update((items) => [...items, ...page.items.filter((item) => !known.has(item.id))]);
      this.advance(page);
    } catch (error) {
      if (run === this.run) this.problem.set(toProblem(error));
    } finally {
      if (run === this.run) this.loadingMore.set(false);
    }
  }

  /** Puts a changed row in place, for optimistic updates. */
  replace(row: T): void {
    this.state.update((items) => items.map((item) => (item.id === row.id ? row : item)));
  }

  /** Takes a row out, for optimistic deletes. */
  remove(id: string): void {
    const before = this.items().length;
    this.state.update((items) => items.filter((item) => item.id !== id));
    if (this.items().length < before) this.total.update((total) => (total === null ? null : total - 1));
  }

  private advance(page: Page<T>): void {
    this.cursor = page.next_cursor;
    this.complete.set(page.next_cursor === null);
  }
}
