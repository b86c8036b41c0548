import { inject, Pipe, PipeTransform } from '@angular/core';
import { LocaleService } from '@core/i18n/locale.service';
import { Label } from './import.model';

/** The label in the reader's language. Impure, because the language can change while the page stands. */
@Pipe({ name: 'crmLabel', pure: false })
export class LabelPipe implements PipeTransform {
  private readonly locale = inject(LocaleService);

  transform(label: Label | null | undefined): string {
    return label?.[this.locale.language()] ?? '';
  }
}
