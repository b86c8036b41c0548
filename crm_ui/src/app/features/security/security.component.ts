import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { SessionService } from '@core/session/session.service';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { FactorComponent } from './factor.component';
import { PasswordComponent } from './password.component';
import { SessionsComponent } from './sessions.component';

/** The person's own security: sessions, password, second factor. */
@Component({
  selector: 'crm-security',
  imports: [TranslatePipe, FactorComponent, PageHeaderComponent, PasswordComponent, SessionsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'security.title' | translate" [subtitle]="'security.text' | translate" />
      <div class="parts">
        @if (session.feature('crm_feature_sessions')) { <crm-sessions /> }
        @if (session.feature('crm_feature_second_factor')) { <crm-factor /> }
        <crm-password />
      </div>
    </div>
  `,
  styles: `.parts { display: grid; gap: var(--crm-4); max-inline-size: 760px; }`,
})
export class SecurityComponent {
  protected readonly session = inject(SessionService);
}
