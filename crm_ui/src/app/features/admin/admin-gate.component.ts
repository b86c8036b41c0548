import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink, RouterOutlet } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { NAV_ENTRIES } from '@core/nav/nav.service';
import { SessionService } from '@core/session/session.service';
import { EmptyComponent } from '@shared/states/states.component';

/** Opens a page of administration for who may use it while its feature is on; an address that was typed or kept says why it is closed. */
@Component({
  selector: 'crm-admin-gate',
  imports: [RouterLink, RouterOutlet, TranslatePipe, EmptyComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @switch (state()) {
      @case ('open') { <router-outlet /> }
      @case ('off') {
        <div class="crm-page"><crm-empty icon="toggle" [title]="'admin.gate.off' | translate" [text]="'admin.gate.offText' | translate">
          @if (maySwitch()) { <a class="crm-button crm-button--primary" routerLink="/admin/features">{{ 'nav.features' | translate }}</a> }
        </crm-empty></div>
      }
      @default { <div class="crm-page"><crm-empty icon="lock" [title]="'admin.gate.closed' | translate" [text]="'admin.gate.closedText' | translate"><a class="crm-button" routerLink="/">{{ 'notFound.home' | translate }}</a></crm-empty></div> }
    }
  `,
})
export class AdminGateComponent {
  private readonly session = inject(SessionService);
  private readonly entries = inject(NAV_ENTRIES);
  /** The page's path in the navigation, which says what it needs. */
  readonly page = input.required<string>();

  protected readonly maySwitch = computed(() => this.session.can('flags', 'write'));
  protected readonly state = computed((): 'open' | 'off' | 'closed' => {
    const entry = this.entries.find(({ path }) => path === this.page());
    if (!entry || (entry.needs && !this.session.can(entry.needs.resource, entry.needs.action))) return 'closed';
    return entry.feature && !this.session.feature(entry.feature) ? 'off' : 'open';
  });
}
