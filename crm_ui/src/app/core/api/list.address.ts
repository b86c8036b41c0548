import { DestroyRef, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { ListQuery, paramsFromQuery, queryFromParams } from './list.query';
import { ListStore } from './list.store';

/** Ties a list to the address of its page, so that a link, a reload and the back button show the same rows; returns what `queryChange` calls. `sort` is the order where the address has none. */
export function listAddress<T extends { readonly id: string }>(store: ListStore<T>, sort = ''): (query: ListQuery) => void {
  const router = inject(Router);
  const route = inject(ActivatedRoute);
  let shown: string | null = null;
  const show = (asked: ListQuery): void => {
    // A segment brings its own order.
    const query = { ...asked, sort: asked.sort || (asked.segment ? '' : sort) };
    const words = JSON.stringify(Object.entries(paramsFromQuery(query)).sort());
    if (words === shown) return;
    shown = words;
    void store.show(query);
  };
  route.queryParams.pipe(takeUntilDestroyed(inject(DestroyRef))).subscribe((params) => { show(queryFromParams(params)); });
  return (query) => {
    // At once and not when the address has changed: a second condition set meanwhile builds on the first.
    show(query);
    void router.navigate([], { relativeTo: route, queryParams: paramsFromQuery({ ...query, sort: query.sort === sort && !query.segment ? '' : query.sort }) });
  };
}
