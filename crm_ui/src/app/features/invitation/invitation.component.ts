import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, problemOfField, toProblem } from '@core/api/problem';
import { AuthService } from '@core/auth/auth.service';
import { LocaleService } from '@core/i18n/locale.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ChoicesService } from '@shared/record/choices.service';
import { localName } from '@shared/record/names';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';

interface Invited { readonly name: string; readonly name_ar: string | null; readonly email: string; readonly expires_at: string }

/** Where an invited person chooses their password. The token stands behind "#", which browsers send to nobody. */
@Component({
  selector: 'crm-invitation',
  imports: [RouterLink, TranslatePipe, ControlDirective, FieldComponent, IconComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <main>
      <div class="tools"><button type="button" class="crm-button crm-button--ghost crm-button--small" (click)="switchLanguage()" [attr.lang]="other()"><crm-icon name="languages" [size]="16" />{{ (other() === 'ar' ? 'bar.arabic' : 'bar.english') | translate }}</button></div>
      <section class="crm-card">
        <img src="favicon.svg" alt="" width="32" height="32" /><h1>{{ 'invitation.title' | translate }}</h1>
        @if (unread(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="failed.status === 0" (retry)="invited.reload()" /><a class="crm-button" routerLink="/login">{{ 'login.title' | translate }}</a> }
        @else if (invited.hasValue()) {
          <p class="crm-muted">{{ 'invitation.text' | translate: { name: name() } }}</p>
          <form novalidate (submit)="$event.preventDefault(); accept()">
            @if (general(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
            <crm-field [label]="'login.email' | translate"><input crmControl type="email" name="username" autocomplete="username" dir="ltr" readonly [value]="invited.value().email" /></crm-field>
            <crm-field [label]="'security.newPassword' | translate" [hint]="'security.passwordHint' | translate" [error]="weak()"><input crmControl type="password" name="password" autocomplete="new-password" dir="ltr" [value]="password()" (input)="password.set($any($event.target).value)" /></crm-field>
            <crm-field [label]="'invitation.again' | translate" [error]="tried() && again() !== password() ? ('invitation.differs' | translate) : null"><input crmControl type="password" name="again" autocomplete="new-password" dir="ltr" [value]="again()" (input)="again.set($any($event.target).value)" /></crm-field>
            <button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="busy()">{{ 'invitation.accept' | translate }}</button>
          </form>
        } @else { <crm-skeleton [lines]="4" /> }
      </section>
    </main>
  `,
  styles: `
    main { min-block-size: 100dvh; display: grid; grid-template-rows: auto 1fr; justify-items: center; align-items: start; gap: var(--crm-8); padding: var(--crm-6); } .tools { justify-self: end; } section { display: grid; gap: var(--crm-3); inline-size: min(420px, 100%); padding: var(--crm-6); } img { border-radius: 8px; } form { display: grid; gap: var(--crm-4); }
    form .crm-button { min-block-size: 42px; } .crm-input { min-block-size: 40px; text-align: start; } :host-context([dir='rtl']) .crm-input { text-align: right; } .crm-input[readonly] { background: var(--crm-sunken); } @media (max-width: 480px) { main { padding: var(--crm-4); } section { padding: var(--crm-4); } }
  `,
})
export class InvitationComponent {
  private readonly api = inject(ApiClient);
  private readonly auth = inject(AuthService);
  private readonly router = inject(Router);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly choices = inject(ChoicesService);
  private readonly token = location.hash.replace(/^#/, '');

  protected readonly invited = resource({ loader: () => this.api.post<Invited>('auth/invitation/lookup', { token: this.token }) });
  protected readonly unread = computed(() => (this.invited.error() ? toProblem(this.invited.error()?.cause ?? this.invited.error()) : null));
  protected readonly name = computed(() => (this.invited.hasValue() ? localName(this.locale.language(), this.invited.value()) : ''));
  protected readonly other = computed(() => (this.locale.language() === 'ar' ? 'en' : 'ar'));
  protected readonly password = signal('');
  protected readonly again = signal('');
  protected readonly tried = signal(false);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  /** Why the password is refused, in the reader's language where the rule is known. */
  protected readonly weak = computed(() => {
    if (this.tried() && this.password() === '') return this.choices.text('login.passwordMissing');
    const message = problemOfField(this.problem(), 'new_password');
    const code = this.problem()?.errors[0]?.code ?? '';
    const words = this.choices.text(`invitation.weak.${code}`);
    return message === null ? null : words === `invitation.weak.${code}` ? message : words;
  });
  protected readonly general = computed(() => (this.problem()?.errors.length ? null : this.problem()));

  protected switchLanguage(): void {
    void this.locale.choose(this.other());
  }

  protected async accept(): Promise<void> {
    this.tried.set(true);
    if (this.busy() || this.password() === '' || this.password() !== this.again()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.api.post('auth/invitation', { token: this.token, password: this.password() });
      // Whoever is signed in in this browser may be somebody else.
      if (this.auth.signedIn()) this.auth.signOut();
      this.notice.say(this.choices.text('invitation.accepted'));
      await this.router.navigateByUrl('/login');
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
