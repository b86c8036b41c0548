import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, output, resource, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminLookup } from '../admin.lookup';
import { AdminUser } from '../admin.model';
import { AdminWords } from '../admin.words';
import { summaryOf } from '../roles/role.calc';

/** The roles of a user: several give the widest reach of each action. */
@Component({
  selector: 'crm-user-roles',
  imports: [TranslatePipe, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2>{{ 'admin.field.roles' | translate }}</h2></header>
    <p class="crm-muted">{{ 'admin.users.rolesText' | translate }}</p>
    @if (problem() ?? unread(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="problem() === null" (retry)="list.reload()" /> }
    @if (roles().length) {
      <fieldset [disabled]="!mayGive()"><legend class="crm-visually-hidden">{{ 'admin.field.roles' | translate }}</legend>
        @for (role of roles(); track role.id) {
          <label [attr.data-role]="role.key"><input type="checkbox" [checked]="wanted().includes(role.key)" (change)="turn(role.key, $any($event.target).checked)" />
            <span><strong><bdi>{{ words.name(role) }}</bdi></strong><small class="crm-muted">{{ 'admin.roles.summary' | translate: { read: number(sum(role).read), write: number(sum(role).write) } }}</small></span></label>
        }
      </fieldset>
      @if (changed()) { <div class="do"><button type="button" class="crm-button" (click)="wanted.set(user().roles)">{{ 'admin.discard' | translate }}</button><button type="button" class="crm-button crm-button--primary" [attr.aria-disabled]="busy()" (click)="save()">{{ 'admin.users.saveRoles' | translate }}</button></div> }
    } @else if (list.isLoading()) { <crm-skeleton [lines]="4" /> }
  `,
  styleUrl: '../admin-card.scss',
})
export class UserRolesComponent {
  private readonly api = inject(ApiClient);
  private readonly lookup = inject(AdminLookup);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AdminWords);
  /** Whose. */
  readonly user = input.required<AdminUser>();
  /** The user with other roles. */
  readonly saved = output<AdminUser>();

  protected readonly list = resource({ loader: () => this.lookup.roles() });
  protected readonly roles = computed(() => (this.list.hasValue() ? this.list.value() : []));
  protected readonly unread = computed(() => (this.list.error() ? toProblem(this.list.error()?.cause ?? this.list.error()) : null));
  protected readonly wanted = linkedSignal<readonly string[]>(() => this.user().roles);
  protected readonly changed = computed(() => [...this.wanted()].sort().join() !== [...this.user().roles].sort().join());
  protected readonly mayGive = computed(() => this.session.can('roles', 'write'));
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly sum = summaryOf;

  protected number(value: number): string {
    return this.words.number(value);
  }

  protected turn(key: string, on: boolean): void {
    this.problem.set(null);
    this.wanted.update((keys) => (on ? [...keys, key] : keys.filter((one) => one !== key)));
  }

  protected async save(): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      this.saved.emit(await this.api.put<AdminUser>(`users/${this.user().id}/roles`, { roles: this.wanted() }));
      this.notice.say(this.words.text('admin.users.rolesSaved'));
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
