import { OverlayContainer } from '@angular/cdk/overlay';
import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { ApplicationConfig, inject, provideAppInitializer, provideBrowserGlobalErrorListeners, provideZonelessChangeDetection } from '@angular/core';
import { provideNoopAnimations } from '@angular/platform-browser/animations';
import { provideRouter, TitleStrategy, withComponentInputBinding, withInMemoryScrolling, withRouterConfig } from '@angular/router';
import { provideTranslateCompiler, provideTranslateLoader, provideTranslateService } from '@ngx-translate/core';
import { traceInterceptor } from '@core/api/trace.interceptor';
import { authInterceptor } from '@core/auth/auth.interceptor';
import { LocaleService } from '@core/i18n/locale.service';
import { PluralCompiler } from '@core/i18n/plural.compiler';
import { TranslatedTitleStrategy } from '@core/i18n/title.strategy';
import { TranslationLoader } from '@core/i18n/translation.loader';
import { ThemeService } from '@core/theme/theme.service';
import { LandmarkOverlay } from '@shared/dialog/landmark.overlay';
import { ROUTES } from './app.routes';

/** True in development; the production build replaces it by false and drops what depends on it. */
declare const ngDevMode: boolean;

/** What the whole application is given; everything heavy is left to the lazy routes. */
export const APP_CONFIG: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZonelessChangeDetection(),
    // ngx-charts names animations in its templates; only a development build refuses them without a provider, and none of them is used.
    ngDevMode ? [provideNoopAnimations()] : [],
    provideHttpClient(withInterceptors([traceInterceptor, authInterceptor])),
    provideRouter(ROUTES, withComponentInputBinding(), withInMemoryScrolling({ scrollPositionRestoration: 'enabled' }), withRouterConfig({ paramsInheritanceStrategy: 'always' })),
    provideTranslateService({ loader: provideTranslateLoader(TranslationLoader), compiler: provideTranslateCompiler(PluralCompiler) }),
    { provide: OverlayContainer, useExisting: LandmarkOverlay },
    { provide: TitleStrategy, useExisting: TranslatedTitleStrategy },
    provideAppInitializer(() => {
      inject(ThemeService);
      return inject(LocaleService).start();
    }),
  ],
};
