import { TestBed } from '@angular/core/testing';
import { Title } from '@angular/platform-browser';
import { RouterStateSnapshot } from '@angular/router';
import { TranslateService } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { testProviders, useLanguage } from '@testing/setup';
import { readStored, writeStored } from '../storage';
import { ThemeService } from '../theme/theme.service';
import { languageOf, LocaleService } from './locale.service';
import { PluralCompiler } from './plural.compiler';
import { TranslatedTitleStrategy } from './title.strategy';
import { TranslationLoader } from './translation.loader';

describe('language', () => {
  beforeEach(() => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders() });
  });

  afterEach(() => localStorage.clear());

  it('knows a language by its tag', () => {
    expect([languageOf('ar-EG'), languageOf('EN_us'), languageOf('fr'), languageOf(null)]).toEqual(['ar', 'en', null, null]);
  });

  it('turns the page and remembers the choice', async () => {
    const locale = await useLanguage('en');
    expect(document.documentElement.dir).toBe('ltr');
    await locale.choose('ar');
    TestBed.tick();
    expect([document.documentElement.lang, document.documentElement.dir, localStorage.getItem('crm.language')]).toEqual(['ar', 'rtl', 'ar']);
    expect(locale.tag()).toBe('ar-u-ca-gregory-nu-latn');
    locale.chooseDigits('arab');
    expect(locale.tag()).toBe('ar-u-ca-gregory-nu-arab');
    locale.suggest('en');
    expect(locale.language()).toBe('ar');
  });

  it('starts with texts, and takes the language of the person where none was chosen', async () => {
    await useLanguage('en');
    const locale = TestBed.inject(LocaleService);
    await locale.start();
    locale.suggest('ar');
    await firstValueFrom(TestBed.inject(TranslateService).use('ar'));
    await Promise.resolve();
    expect(locale.language()).toBe('ar');
    expect(localStorage.getItem('crm.language')).toBeNull();
  });

  it('loads both languages', async () => {
    for (const language of ['en', 'ar']) expect(Object.keys(await firstValueFrom(new TranslationLoader().getTranslation(language)))).toContain('shared');
  });

  it('chooses Arabic plurals, all six', () => {
    const text = new PluralCompiler().compile('{count, plural, =0 {لا شيء} zero {صفر} one {واحد} two {اثنان} few {# قليل} many {# كثير} other {# غير}}', 'ar') as (values: object) => string;
    expect([0, 1, 2, 3, 11, 100].map((value) => text({ count: { value, text: `<${value}>` } }))).toEqual(['لا شيء', 'واحد', 'اثنان', '<3> قليل', '<11> كثير', '<100> غير']);
  });

  it('leaves plain texts and fills places beside a plural', () => {
    const compiler = new PluralCompiler();
    expect(compiler.compile('Hello {{name}}', 'en') as string).toBe('Hello {{name}}');
    const text = compiler.compile('{{name}} has {count, plural, one {# deal} other {# deals}} of {{ team }}', 'en') as (values?: object) => string;
    expect(text({ name: 'Eman', count: 2, team: 'x' })).toBe('Eman has 2 deals of x');
    expect(text({ count: 1 })).toBe(' has 1 deal of ');
  });

  it('names the page in the language shown', async () => {
    const locale = await useLanguage('en');
    const strategy = TestBed.inject(TranslatedTitleStrategy);
    spyOn(strategy, 'buildTitle').and.returnValue('home.title');
    strategy.updateTitle({} as RouterStateSnapshot);
    expect(TestBed.inject(Title).getTitle()).toBe('Executive dashboard · CRM');
    await locale.choose('ar');
    TestBed.tick();
    expect(TestBed.inject(Title).getTitle()).toBe('لوحة المتابعة التنفيذية · CRM');
    strategy.name('Acme');
    expect(TestBed.inject(Title).getTitle()).toBe('Acme · CRM');
  });

  it('keeps the theme', () => {
    const theme = TestBed.inject(ThemeService);
    TestBed.tick();
    expect(document.documentElement.hasAttribute('data-theme')).toBeFalse();
    theme.choose('dark');
    TestBed.tick();
    expect(document.documentElement.dataset['theme']).toBe('dark');
    theme.toggle();
    expect([theme.theme(), localStorage.getItem('crm.theme')]).toEqual(['light', 'light']);
    theme.choose('system');
    TestBed.tick();
    theme.toggle();
    expect(theme.theme()).not.toBe('system');
    theme.choose('system');
    TestBed.tick();
  });

  it('lives without storage', () => {
    spyOn(Storage.prototype, 'getItem').and.throwError('forbidden');
    spyOn(Storage.prototype, 'setItem').and.throwError('forbidden');
    expect(readStored('x')).toBeNull();
    expect(() => writeStored('x', '1')).not.toThrow();
  });
});
