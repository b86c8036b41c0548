import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { Problem, toProblem } from '@core/api/problem';
import { NoticeService } from '@shared/dialog/notice.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { ProblemComponent } from '@shared/states/states.component';
import { SecurityApi } from './security.api';

/** Changing the own password. */
@Component({
  selector: 'crm-password',
  imports: [TranslatePipe, ControlDirective, FieldComponent, ProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2>{{ 'security.password' | translate }}</h2></header>
    <p class="crm-muted">{{ 'security.passwordText' | translate }}</p>
    <form (submit)="submit($event)" novalidate>
      @if (problem(); as problem) { <crm-problem [problem]="problem" [inline]="true" [retryable]="false" /> }
      <crm-field [label]="'security.currentPassword' | translate"><input crmControl type="password" name="current" autocomplete="current-password" dir="ltr" [value]="current()" (input)="current.set($any($event.target).value)" /></crm-field>
      <crm-field [label]="'security.newPassword' | translate" [hint]="'security.passwordHint' | translate"><input crmControl type="password" name="next" autocomplete="new-password" dir="ltr" [value]="next()" (input)="next.set($any($event.target).value)" /></crm-field>
      <button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="busy() || current() === '' || next() === ''">{{ 'security.change' | translate }}</button>
    </form>
  `,
  styleUrl: './security.scss',
})
export class PasswordComponent {
  private readonly api = inject(SecurityApi);
  private readonly notice = inject(NoticeService);
  private readonly translate = inject(TranslateService);
  protected readonly current = signal('');
  protected readonly next = signal('');
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy() || this.current() === '' || this.next() === '') return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.api.changePassword(this.current(), this.next());
      this.current.set('');
      this.next.set('');
      this.notice.say(String(this.translate.instant('security.changed')));
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
