import { ChangeDetectionStrategy, Component, computed, effect, inject, input, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { knownValue } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { TranslatedTitleStrategy } from '@core/i18n/title.strategy';
import { SessionService } from '@core/session/session.service';
import { formatDate } from '@core/format/format';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { ChipComponent } from '@shared/chip/chip.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminUser } from '../admin.model';
import { AdminWords } from '../admin.words';
import { UserForm } from './user.form';
import { UserLoginComponent } from './user-login.component';
import { UserRolesComponent } from './user-roles.component';

/** One user: who they are, their roles, how they sign in. */
@Component({
  selector: 'crm-user-detail',
  imports: [TranslatePipe, AvatarComponent, ChipComponent, IconComponent, PageHeaderComponent, ProblemComponent, SkeletonComponent, UserLoginComponent, UserRolesComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      @if (user(); as user) {
        <crm-page-header [title]="words.name(user)" [subtitle]="user.job_title ?? ''" backTo="/admin/users" [backLabel]="'admin.users.title' | translate">
          <crm-avatar slot="lead" [name]="words.name(user)" [size]="40" />
          <crm-chip slot="after" [tone]="user.is_active ? 'won' : 'stale'">{{ (user.is_active ? 'admin.active' : 'admin.inactive') | translate }}</crm-chip>
          <button slot="actions" type="button" class="crm-button" (click)="edit(user)"><crm-icon name="pencil" [size]="16" />{{ 'shared.edit' | translate }}</button>
          <button slot="actions" type="button" class="crm-button" [class.crm-button--danger]="user.is_active" (click)="turn(user)" data-test="activity">{{ (user.is_active ? 'admin.users.deactivate' : 'admin.users.activate') | translate }}</button>
        </crm-page-header>
        <div class="columns">
          <div class="main"><crm-user-roles [user]="user" (saved)="changed($event)" /><crm-user-login [user]="user" /></div>
          <section class="facts crm-card"><h2>{{ 'record.facts' | translate }}</h2>
            <dl>@for (fact of facts(); track fact.name) { <div><dt>{{ fact.name }}</dt><dd><bdi [attr.dir]="fact.ltr ? 'ltr' : null">{{ fact.value || '–' }}</bdi></dd></div> }</dl>
          </section>
        </div>
      } @else if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="record.reload()" /> }
      @else { <crm-skeleton [height]="56" /><crm-skeleton [height]="320" /> }
    </div>
  `,
  styles: `
    .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(280px, 340px); gap: var(--crm-4); align-items: start; } .main { display: grid; gap: var(--crm-4); min-inline-size: 0; }
    .facts { display: grid; gap: var(--crm-3); padding: var(--crm-4); } dl { display: grid; gap: var(--crm-3); } dt { font-size: var(--crm-text-12); color: var(--crm-text-3); } dd { overflow-wrap: anywhere; }
    @media (max-width: 1040px) { .columns { grid-template-columns: minmax(0, 1fr); } dl { grid-template-columns: 1fr 1fr; } }
  `,
})
export class UserDetailComponent {
  private readonly api = inject(ApiClient);
  private readonly form = inject(UserForm);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  private readonly title = inject(TranslatedTitleStrategy);
  protected readonly words = inject(AdminWords);
  /** The user's id, from the address. */
  readonly id = input.required<string>();

  protected readonly record = resource({ params: () => this.id(), loader: ({ params: id }) => this.api.get<AdminUser>(`users/${id}`) });
  protected readonly user = computed(() => (this.record.hasValue() ? this.record.value() : null));
  protected readonly problem = computed(() => (this.record.error() ? toProblem(this.record.error()?.cause ?? this.record.error()) : null));
  protected readonly facts = computed(() => {
    const user = this.user();
    if (!user) return [];
    const text = (key: string): string => this.words.text(key);
    const fact = (name: string, value: string | null | undefined, ltr = false): { name: string; value: string | null | undefined; ltr: boolean } => ({ name, value, ltr });
    return [
      fact(this.words.field('email'), user.email, true), fact(text('record.fields.name'), user.name), fact(this.words.field('name_ar'), user.name_ar),
      fact(this.words.field('team_id'), user.team && this.words.name(user.team)), fact(this.words.field('manager_id'), user.manager && this.words.name(user.manager)),
      fact(this.words.field('region'), user.region && knownValue('region', user.region, text)), fact(this.words.field('phone'), user.phone, true), fact(text('admin.users.language'), text(`record.language.${user.locale}`)),
      fact(this.words.field('time_zone'), user.time_zone.replace(/_/g, ' '), true), fact(this.words.field('hired_on'), formatDate(user.hired_on, this.locale.tag())),
    ];
  });

  constructor() {
    effect(() => {
      const user = this.user();
      if (user) this.title.name(this.words.name(user));
    });
  }

  protected changed(user: AdminUser): void {
    this.record.set(user);
    // The change may be about the reader.
    if (user.id === this.session.me()?.id) void this.session.load();
  }

  protected async edit(user: AdminUser): Promise<void> {
    try {
      const saved = await this.form.edit(user);
      if (saved) this.changed(saved);
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected async turn(user: AdminUser): Promise<void> {
    const name = this.words.name(user);
    if (user.is_active && !(await this.confirm.ask({ title: this.words.text('admin.users.deactivateTitle', { name }), text: this.words.text('admin.users.deactivateText'), action: this.words.text('admin.users.deactivate'), danger: true }))) return;
    try {
      this.changed(await this.api.patch<AdminUser>(`users/${user.id}`, { is_active: !user.is_active }));
      this.notice.say(this.words.text(user.is_active ? 'admin.users.deactivated' : 'admin.users.activated', { name }));
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
