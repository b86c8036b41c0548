import { ChangeDetectionStrategy, Component, computed, inject, input, resource, signal } from '@angular/core';
import { Router } from '@angular/router';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { Problem, toProblem } from '@core/api/problem';
import { AuthService, DemoLogins, SignInStep } from '@core/auth/auth.service';
import { Language, LocaleService } from '@core/i18n/locale.service';
import { ThemeService } from '@core/theme/theme.service';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent } from '@shared/states/states.component';

/** The login: a form, and on a demo the roles to choose from. */
@Component({
  selector: 'crm-login',
  imports: [TranslatePipe, AvatarComponent, ControlDirective, FieldComponent, IconComponent, ProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './login.component.html',
  styleUrl: './login.component.scss',
})
export class LoginComponent {
  private readonly auth = inject(AuthService);
  private readonly router = inject(Router);
  private readonly locale = inject(LocaleService);
  private readonly translate = inject(TranslateService);
  protected readonly theme = inject(ThemeService);

  /** Where to go afterwards, from the address. */
  readonly return = input<string>();
  /** The sign-in that another application began. */
  readonly interaction = input<string>();

  protected readonly email = signal('');
  protected readonly password = signal('');
  protected readonly code = signal('');
  protected readonly asksCode = signal(false);
  protected readonly visible = signal(false);
  protected readonly busy = signal(false);
  protected readonly tried = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly otherLanguage = computed<Language>(() => (this.locale.language() === 'ar' ? 'en' : 'ar'));
  protected readonly emailError = computed(() => this.missing(this.email(), 'login.emailMissing'));
  protected readonly codeError = computed(() => this.missing(this.code(), 'login.codeMissing'));
  protected readonly passwordError = computed(() => this.missing(this.password(), 'login.passwordMissing'));
  private readonly demoLogins = resource({ loader: () => this.auth.demoLogins() });
  protected readonly demo = computed(() => (this.demoLogins.hasValue() ? this.demoLogins.value() : null));
  protected readonly points = [
    { key: 'fresh', icon: 'zap' },
    { key: 'proven', icon: 'badge-check' },
    { key: 'both', icon: 'languages' },
  ] as const;

  protected async submit(event?: Event): Promise<void> {
    event?.preventDefault();
    this.tried.set(true);
    if (this.busy()) return;
    if (this.asksCode()) {
      if (this.code().trim() !== '') await this.take(() => this.auth.enterCode(this.code().trim()));
    } else if (this.email() !== '' && this.password() !== '') {
      await this.take(() => this.auth.signIn(this.email().trim(), this.password(), this.interaction() !== undefined));
    }
  }

  /** Back to the password, with another account or because the time for the code is over. */
  protected restart(): void {
    this.asksCode.set(false);
    this.tried.set(false);
    this.problem.set(null);
    this.password.set('');
    this.code.set('');
  }

  private async take(work: () => Promise<SignInStep>): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      const step = await work();
      this.asksCode.set(step === 'code');
      this.tried.set(false);
      if (step === 'done') await this.router.navigateByUrl(this.safeReturn());
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'sign_in_expired') this.restart();
      this.problem.set(problem);
    } finally {
      this.busy.set(false);
    }
  }

  protected async use(email: string, password: string): Promise<void> {
    this.email.set(email);
    this.password.set(password);
    await this.submit();
  }

  protected switchLanguage(): void {
    void this.locale.choose(this.otherLanguage());
  }

  protected nameOf(user: DemoLogins['users'][number]): string {
    return this.locale.language() === 'ar' ? user.name_ar || user.name : user.name;
  }

  protected roleKey(role: string): string {
    const key = `roles.${role}`;
    return this.translate.instant(key) === key ? role : key;
  }

  /** Only a path of our own: an address with a host would lead a person who trusts this login elsewhere. */
  private safeReturn(): string {
    const path = this.return() ?? '/';
    return /^\/(?![/\\])/.test(path) ? path : '/';
  }

  private missing(value: string, key: string): string | null {
    return this.tried() && value === '' ? String(this.translate.instant(key)) : null;
  }
}
