import { Directive, inject, input, TemplateRef } from '@angular/core';

/** What a cell's template is given. */
export interface CellContext<T> {
  readonly $implicit: T;
}

/** Draws the cells of one column: `<ng-template crmCell="name" [crmCellOf]="store.items()" let-row>`; `crmCellOf` only tells the type. */
@Directive({ selector: 'ng-template[crmCell]' })
export class CellDirective<T> {
  /** The column's key. */
  readonly key = input.required<string>({ alias: 'crmCell' });
  /** Any list of the rows, so that `let-row` has their type. */
  readonly of = input<readonly T[]>([], { alias: 'crmCellOf' });
  /** The template. */
  readonly template = inject<TemplateRef<CellContext<T>>>(TemplateRef);

  /** Tells the compiler the type of `let-row`. */
  static ngTemplateContextGuard<T>(_directive: CellDirective<T>, context: unknown): context is CellContext<T> {
    return typeof context === 'object';
  }
}
