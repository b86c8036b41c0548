import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { AuthService } from '@core/auth/auth.service';
import { Digits, Language, LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { Theme, ThemeService } from '@core/theme/theme.service';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { IconComponent } from '@shared/icon/icon.component';

/** The menus at the end of the top bar: language and digits, theme, person. */
@Component({
  selector: 'crm-bar-menus',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, RouterLink, TranslatePipe, AvatarComponent, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button type="button" class="crm-icon-button" [matMenuTriggerFor]="languageMenu" [attr.aria-label]="'bar.language' | translate"><crm-icon name="languages" /></button>
    <mat-menu #languageMenu xPosition="before">
      @for (item of languages; track item.code) {
        <button mat-menu-item role="menuitemradio" [attr.aria-checked]="locale.language() === item.code" (click)="choose(item.code)"><span class="row" [attr.lang]="item.code">{{ item.label | translate }}@if (locale.language() === item.code) { <crm-icon name="check" [size]="16" /> }</span></button>
      }
      @if (locale.language() === 'ar') {
        <p class="menu-title">{{ 'bar.digits' | translate }}</p>
        @for (item of digits; track item.code) {
          <button mat-menu-item role="menuitemradio" [attr.aria-checked]="locale.digits() === item.code" (click)="locale.chooseDigits(item.code)"><span class="row">{{ item.label | translate }}@if (locale.digits() === item.code) { <crm-icon name="check" [size]="16" /> }</span></button>
        }
      }
    </mat-menu>
    <button type="button" class="crm-icon-button" [matMenuTriggerFor]="themeMenu" [attr.aria-label]="'bar.theme' | translate"><crm-icon [name]="themeIcon()" /></button>
    <mat-menu #themeMenu xPosition="before">
      @for (item of themes; track item.code) {
        <button mat-menu-item role="menuitemradio" [attr.aria-checked]="theme.theme() === item.code" (click)="theme.choose(item.code)"><span class="row"><crm-icon [name]="item.icon" [size]="16" />{{ item.label | translate }}@if (theme.theme() === item.code) { <crm-icon class="end" name="check" [size]="16" /> }</span></button>
      }
    </mat-menu>
    @if (session.me(); as me) {
      <button type="button" class="person" [matMenuTriggerFor]="personMenu" [attr.aria-label]="('bar.person' | translate) + ': ' + me.name"><crm-avatar [name]="me.name" [size]="30" /></button>
      <mat-menu #personMenu xPosition="before">
        <div class="who"><bdi class="crm-ellipsis">{{ me.name }}</bdi><bdi class="crm-ellipsis sub">{{ me.email }}</bdi><span class="sub">{{ roles() }}</span></div>
        <a mat-menu-item routerLink="/me/security"><span class="row"><crm-icon name="shield" [size]="16" />{{ 'bar.security' | translate }}</span></a>
        <button mat-menu-item (click)="signOut()"><span class="row"><crm-icon name="log-out" [size]="16" />{{ 'bar.signOut' | translate }}</span></button>
      </mat-menu>
    }
  `,
  styles: `
    :host { display: flex; align-items: center; gap: 2px; flex: none; } .person { margin-inline-start: var(--crm-2); border-radius: 50%; display: grid; } .person:focus-visible { border-radius: 50%; }
    .row { display: flex; align-items: center; gap: var(--crm-2); inline-size: 100%; min-inline-size: 130px; } .row crm-icon:last-child:not(:first-child) { margin-inline-start: auto; color: var(--crm-accent); }
    .menu-title { padding: var(--crm-2) var(--crm-3) 2px; font-size: var(--crm-text-12); color: var(--crm-text-3); border-block-start: 1px solid var(--crm-border); margin-block-start: 4px; }
    .who > * { max-inline-size: 100%; } .who { display: grid; justify-items: start; gap: 1px; padding: var(--crm-1) var(--crm-3) var(--crm-3); margin-block-end: var(--crm-1); border-block-end: 1px solid var(--crm-border); font-weight: 600; max-inline-size: 280px; } .sub { font-weight: 400; font-size: var(--crm-text-13); color: var(--crm-text-2); }
  `,
})
export class BarMenusComponent {
  protected readonly locale = inject(LocaleService);
  protected readonly theme = inject(ThemeService);
  protected readonly session = inject(SessionService);
  private readonly auth = inject(AuthService);
  private readonly router = inject(Router);
  private readonly translate = inject(TranslateService);

  protected readonly languages: readonly { code: Language; label: string }[] = [{ code: 'en', label: 'bar.english' }, { code: 'ar', label: 'bar.arabic' }];
  protected readonly digits: readonly { code: Digits; label: string }[] = [{ code: 'latn', label: 'bar.digitsLatn' }, { code: 'arab', label: 'bar.digitsArab' }];
  protected readonly themes: readonly { code: Theme; label: string; icon: 'monitor' | 'sun' | 'moon' }[] = [
    { code: 'system', label: 'bar.themeSystem', icon: 'monitor' },
    { code: 'light', label: 'bar.themeLight', icon: 'sun' },
    { code: 'dark', label: 'bar.themeDark', icon: 'moon' },
  ];
  protected readonly themeIcon = computed(() => this.themes.find((item) => item.code === this.theme.theme())?.icon ?? 'monitor');
  protected readonly roles = computed(() => {
    this.translate.currentLang();
    const named = (this.session.me()?.roles ?? []).map((role) => {
      const text: unknown = this.translate.instant(`roles.${role}`);
      return typeof text === 'string' && text !== `roles.${role}` ? text : role;
    });
    return new Intl.ListFormat(this.locale.tag(), { type: 'unit', style: 'short' }).format(named);
  });

  protected choose(language: Language): void {
    void this.locale.choose(language);
  }

  protected signOut(): void {
    this.auth.signOut();
    void this.router.navigateByUrl('/login');
  }
}
