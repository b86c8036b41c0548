import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink, RouterOutlet } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { SessionService } from '@core/session/session.service';
import { EmptyComponent } from '@shared/states/states.component';

/** Opens the pages of reports for who may read them while the feature is on; an address that was kept says why they are closed. */
@Component({
  selector: 'crm-report-gate',
  imports: [EmptyComponent, RouterLink, RouterOutlet, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @switch (state()) {
      @case ('open') { <router-outlet /> }
      @case ('off') { <div class="crm-page"><crm-empty icon="toggle" [title]="'admin.gate.off' | translate" [text]="'admin.gate.offText' | translate">@if (maySwitch()) { <a class="crm-button crm-button--primary" routerLink="/admin/features">{{ 'nav.features' | translate }}</a> }</crm-empty></div> }
      @default { <div class="crm-page"><crm-empty icon="lock" [title]="'problems.forbidden.title' | translate" [text]="'reports.closed' | translate" /></div> }
    }
  `,
})
export class ReportGateComponent {
  private readonly session = inject(SessionService);
  protected readonly maySwitch = computed(() => this.session.can('flags', 'write'));
  protected readonly state = computed((): 'open' | 'off' | 'closed' => {
    if (!this.session.feature('crm_feature_reports') || !this.session.feature('crm_feature_analytics')) return 'off';
    return this.session.can('reports', 'read') ? 'open' : 'closed';
  });
}
