import { ChangeDetectionStrategy, Component, computed, inject, input, resource, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { deviceName } from '@shared/format/device.name';
import { DatePipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminUser, LoginState } from '../admin.model';
import { AdminWords } from '../admin.words';
import { SecretComponent } from '../secret.component';

interface UserSession { readonly id: string; readonly client: { readonly name: string | null }; readonly device: string | null; readonly address: string | null; readonly last_seen_at: string; readonly current: boolean }

/** How a user signs in: the invitation to choose a password, and where they are signed in. */
@Component({
  selector: 'crm-user-login',
  imports: [TranslatePipe, ChipComponent, DatePipe, IconComponent, ProblemComponent, RelativePipe, SecretComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2>{{ 'admin.users.login' | translate }}</h2>
      @if (login(); as login) { <crm-chip [tone]="login.has_password ? 'won' : login.invited_until ? 'info' : 'risk'">{{ (login.has_password ? 'admin.users.canSignIn' : login.invited_until ? 'admin.users.invited' : 'admin.users.notInvited') | translate }}</crm-chip> }
    </header>
    @if (problem() ?? unread(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="problem() === null" (retry)="state.reload()" /> }
    @if (login(); as login) {
      <dl>
        <div><dt>{{ 'admin.users.lastSeen' | translate }}</dt><dd>{{ login.last_seen_at ? (login.last_seen_at | crmRelative) : ('admin.clients.never' | translate) }}</dd></div>
        <div><dt>{{ 'admin.users.passwordChanged' | translate }}</dt><dd>{{ login.password_changed_at | crmDate }}</dd></div>
        <div><dt>{{ 'security.factor' | translate }}</dt><dd>{{ (login.second_factor ? 'security.on' : 'security.off') | translate }}</dd></div>
        @if (login.invited_until) { <div><dt>{{ 'admin.users.invitedUntil' | translate }}</dt><dd>{{ login.invited_until | crmDate: 'datetime' }}</dd></div> }
      </dl>
      @if (link(); as address) { <crm-secret [label]="'admin.users.link' | translate" [value]="address" [text]="'admin.users.linkText' | translate: { name: words.name(user()) }" /> }
      @if (user().is_active) {
        <div class="do start">
          <button type="button" class="crm-button" [class.crm-button--primary]="!login.has_password && !link()" [attr.aria-disabled]="busy()" (click)="invite(login)" data-test="invite"><crm-icon name="mail" [size]="16" />{{ (login.has_password ? 'admin.users.reset' : login.invited_until ? 'admin.users.inviteAgain' : 'admin.users.invite') | translate }}</button>
          @if (login.invited_until) { <button type="button" class="crm-button crm-button--ghost" (click)="withdraw()">{{ 'admin.users.withdraw' | translate }}</button> }
        </div>
      }
    } @else if (state.isLoading()) { <crm-skeleton [lines]="3" /> }
    @if (sessions().length) {
      <h3>{{ 'security.sessions' | translate }}</h3>
      <ul>
        @for (item of sessions(); track item.id) { <li><crm-icon name="monitor" [size]="18" /><span class="crm-ellipsis"><bdi>{{ nameOf(item.device) ?? ('security.unknownDevice' | translate) }}</bdi></span><span class="crm-muted"><bdi dir="ltr">{{ item.address }}</bdi> · {{ item.last_seen_at | crmRelative }}</span></li> }
      </ul>
      <div class="do start"><button type="button" class="crm-button" (click)="endSessions()"><crm-icon name="log-out" [size]="16" />{{ 'admin.users.endSessions' | translate }}</button></div>
    }
  `,
  styleUrl: '../admin-card.scss',
})
export class UserLoginComponent {
  private readonly api = inject(ApiClient);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AdminWords);
  /** Whose. */
  readonly user = input.required<AdminUser>();

  protected readonly state = resource({
    params: () => this.user().id,
    loader: async ({ params: id }) => {
      const sessions = this.session.feature('crm_feature_sessions') ? this.api.get<{ items: readonly UserSession[] }>(`users/${id}/sessions`) : { items: [] };
      const [login, { items }] = await Promise.all([this.api.get<LoginState>(`users/${id}/login`), sessions]);
      return { login, sessions: items };
    },
  });
  protected readonly login = computed(() => (this.state.hasValue() ? this.state.value().login : null));
  protected readonly sessions = computed(() => (this.state.hasValue() ? this.state.value().sessions : []));
  protected readonly unread = computed(() => (this.state.error() ? toProblem(this.state.error()?.cause ?? this.state.error()) : null));
  protected readonly nameOf = deviceName;
  protected readonly link = signal<string | null>(null);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);

  protected async invite(login: LoginState): Promise<void> {
    if (login.has_password && !(await this.confirm.ask({ title: this.words.text('admin.users.reset'), text: this.words.text('admin.users.resetText', { name: this.words.name(this.user()) }), action: this.words.text('admin.users.resetAction') }))) return;
    await this.run(async () => {
      const { path } = await this.api.post<{ path: string }>(`users/${this.user().id}/invitation`, {});
      this.link.set(`${location.origin}${path}`);
    });
  }

  protected withdraw(): Promise<void> {
    return this.run(async () => {
      await this.api.remove(`users/${this.user().id}/invitation`);
      this.link.set(null);
    });
  }

  protected endSessions(): Promise<void> {
    return this.run(async () => {
      await this.api.remove(`users/${this.user().id}/sessions`);
      this.notice.say(this.words.text('admin.users.sessionsEnded'));
    });
  }

  private async run(work: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await work();
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
      this.state.reload();
    }
  }
}
