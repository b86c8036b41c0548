import { Injectable } from '@angular/core';
import { TranslateLoader, TranslationObject } from '@ngx-translate/core';
import { from, Observable } from 'rxjs';

/** Loads a language as a chunk of the build: hashed like the code, so that texts and code never come from two releases. */
@Injectable()
export class TranslationLoader extends TranslateLoader {
  override getTranslation(language: string): Observable<TranslationObject> {
    return from(language === 'ar' ? import('../../../i18n/ar').then((file) => file.default) : import('../../../i18n/en').then((file) => file.default));
  }
}
