import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { toProblem } from '@core/api/problem';
import { ChipComponent } from '@shared/chip/chip.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { deviceName } from '@shared/format/device.name';
import { SecurityApi } from './security.api';

/** Where the person is signed in, and ending it. */
@Component({
  selector: 'crm-sessions',
  imports: [TranslatePipe, ChipComponent, IconComponent, ProblemComponent, RelativePipe, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2>{{ 'security.sessions' | translate }}</h2>
      @if (items().length > 1) { <button type="button" class="crm-button crm-button--small" (click)="end(null)">{{ 'security.endOthers' | translate }}</button> }
    </header>
    @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="sessions.reload()" /> }
    @else if (sessions.isLoading() && items().length === 0) { <crm-skeleton /> }
    <ul>
      @for (item of items(); track item.id) {
        <li>
          <crm-icon name="monitor" [size]="20" />
          <div><strong><bdi>{{ nameOf(item.device) ?? ('security.unknownDevice' | translate) }}</bdi></strong>@if (item.current) { <crm-chip tone="won">{{ 'security.current' | translate }}</crm-chip> }
            <p class="crm-muted"><bdi dir="ltr">{{ item.address }}</bdi> · {{ 'security.lastSeen' | translate }} {{ item.last_seen_at | crmRelative }}</p></div>
          @if (!item.current) { <button type="button" class="crm-button crm-button--ghost crm-button--small" (click)="end(item.id)" [attr.aria-label]="('security.end' | translate) + ': ' + (nameOf(item.device) ?? '')">{{ 'security.end' | translate }}</button> }
        </li>
      }
    </ul>
  `,
  styleUrl: './security.scss',
})
export class SessionsComponent {
  private readonly api = inject(SecurityApi);
  private readonly notice = inject(NoticeService);
  protected readonly sessions = resource({ loader: () => this.api.sessions() });
  protected readonly items = computed(() => (this.sessions.hasValue() ? this.sessions.value() : []));
  protected readonly problem = computed(() => (this.sessions.error() ? toProblem(this.sessions.error()?.cause ?? this.sessions.error()) : null));
  protected readonly nameOf = deviceName;

  protected async end(id: string | null): Promise<void> {
    try {
      await this.api.endSession(id);
    } catch (error) {
      this.notice.fail(error);
    }
    this.sessions.reload();
  }
}
