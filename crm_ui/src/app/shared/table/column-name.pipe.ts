import { inject, Pipe, PipeTransform } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';
import { TableColumn } from './table.model';

/** The heading of a column in the reader's language as it is now. */
export function headingOf({ name, label }: Pick<TableColumn<never>, 'name' | 'label'>, translate: TranslateService): string {
  return name ?? String(translate.instant(label));
}

/** The heading of a column in the reader's language: `column | crmColumnName`. Impure, because the language can change while a page stands. */
@Pipe({ name: 'crmColumnName', pure: false })
export class ColumnNamePipe implements PipeTransform {
  private readonly translate = inject(TranslateService);

  transform(column: Pick<TableColumn<never>, 'name' | 'label'>): string {
    return headingOf(column, this.translate);
  }
}
