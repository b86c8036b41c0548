import { computed, DOCUMENT, effect, inject, Injectable, signal } from '@angular/core';
import { Directionality } from '@angular/cdk/bidi';
import { TranslateService } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { readStored, writeStored } from '../storage';

/** The languages of the product. */
export const LANGUAGES = ['en', 'ar'] as const;
/** One language of the product. */
export type Language = (typeof LANGUAGES)[number];
/** The shapes of digits a reader of Arabic can choose. */
export type Digits = 'latn' | 'arab';

const LANGUAGE_KEY = 'crm.language';
const DIGITS_KEY = 'crm.digits';

/** The language that a tag such as `ar-EG` stands for, or null. */
export function languageOf(tag: string | null | undefined): Language | null {
  const base = tag?.toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((language) => language === base) ?? null;
}

/** Holds language, direction and digits, and writes them on the document. */
@Injectable({ providedIn: 'root' })
export class LocaleService {
  private readonly document = inject(DOCUMENT);
  private readonly translate = inject(TranslateService);
  private readonly directionality = inject(Directionality);

  /** The language shown. */
  readonly language = signal<Language>(languageOf(readStored(LANGUAGE_KEY)) ?? languageOf(navigator.language) ?? 'en');
  /** The digits chosen; they matter in Arabic only. */
  readonly digits = signal<Digits>(readStored(DIGITS_KEY) === 'arab' ? 'arab' : 'latn');
  /** The direction of the page. */
  readonly direction = computed<'ltr' | 'rtl'>(() => (this.language() === 'ar' ? 'rtl' : 'ltr'));
  /** The tag for `Intl`; the Gregorian calendar is named because business dates follow it everywhere. */
  readonly tag = computed(() => (this.language() === 'ar' ? `ar-u-ca-gregory-nu-${this.digits()}` : 'en-u-ca-gregory'));

  constructor() {
    effect(() => {
      const root = this.document.documentElement;
      root.lang = this.language();
      root.dir = this.direction();
      // The CDK reads the direction once at start; overlays must follow a later change too.
      this.directionality.valueSignal.set(this.direction());
      this.directionality.change.emit(this.direction());
    });
  }

  /** Loads the first language; the application starts after it, so that no key is ever seen. */
  async start(): Promise<void> {
    await firstValueFrom(this.translate.use(this.language()));
  }

  /** Chooses and remembers a language. */
  async choose(language: Language): Promise<void> {
    writeStored(LANGUAGE_KEY, language);
    await this.show(language);
  }

  /** Chooses and remembers the digits. */
  chooseDigits(digits: Digits): void {
    writeStored(DIGITS_KEY, digits);
    this.digits.set(digits);
  }

  /** Takes the person's own language where none was chosen on this device. */
  suggest(tag: string | null | undefined): void {
    const language = languageOf(tag);
    if (language !== null && readStored(LANGUAGE_KEY) === null && language !== this.language()) void this.show(language);
  }

  private async show(language: Language): Promise<void> {
    await firstValueFrom(this.translate.use(language));
    this.language.set(language);
  }
}
