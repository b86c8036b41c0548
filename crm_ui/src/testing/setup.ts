import { EnvironmentProviders, Provider, provideZonelessChangeDetection } from '@angular/core';
import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideNoopAnimations } from '@angular/platform-browser/animations';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { provideTranslateCompiler, provideTranslateService, TranslateService } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { traceInterceptor } from '@core/api/trace.interceptor';
import { authInterceptor } from '@core/auth/auth.interceptor';
import { Digits, Language, LocaleService } from '@core/i18n/locale.service';
import { PluralCompiler } from '@core/i18n/plural.compiler';
import ar from '../i18n/ar';
import en from '../i18n/en';

/** What every spec is given: no zone, both languages, the real interceptor over a test back end, a router. */
export function testProviders(...more: (Provider | EnvironmentProviders)[]): (Provider | EnvironmentProviders)[] {
  // Each begins signed out, whatever the one before it left: a renewal that nobody answers would keep the lock from all after it.
  localStorage.removeItem('crm.signed_in');
  return [
    provideZonelessChangeDetection(),
    provideNoopAnimations(),
    provideHttpClient(withInterceptors([traceInterceptor, authInterceptor])),
    provideHttpClientTesting(),
    provideRouter([{ path: '**', children: [] }], withComponentInputBinding()),
    provideTranslateService({ compiler: provideTranslateCompiler(PluralCompiler) }),
    ...more,
  ];
}

/** Prepares the test bed in a language; call after `configureTestingModule`. */
export async function useLanguage(language: Language, digits: Digits = 'latn'): Promise<LocaleService> {
  const translate = TestBed.inject(TranslateService);
  translate.setTranslation('en', en);
  translate.setTranslation('ar', ar);
  await firstValueFrom(translate.use(language));
  const locale = TestBed.inject(LocaleService);
  locale.language.set(language);
  locale.digits.set(digits);
  TestBed.tick();
  return locale;
}

/** The test back end. */
export const backend = (): HttpTestingController => TestBed.inject(HttpTestingController);

/** Lets promises and effects settle; no time passes. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  TestBed.tick();
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
