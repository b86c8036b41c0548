import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { NotificationService } from '@shared/alert/notification.service';
import { DialogService } from '@shared/dialog/dialog.service';
import { CountPipe, NumberPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';

const MOST = 99;

/** The bell of the top bar: how many notifications are unread, and the way to them. */
@Component({
  selector: 'crm-bell',
  imports: [TranslatePipe, CountPipe, IconComponent, NumberPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (notifications.available()) {
      <button type="button" class="crm-icon-button" (click)="open()" aria-haspopup="dialog" data-test="bell" [attr.aria-label]="'alerts.bell' | translate: { count: notifications.unread() | crmCount }"><crm-icon name="bell" />@if (notifications.unread() > 0) { <span class="count" aria-hidden="true"><bdi>{{ shown() | crmNumber }}{{ more() ? '+' : '' }}</bdi></span> }</button>
    }
  `,
  styles: `
    :host { display: grid; flex: none; } button { position: relative; }
    .count { position: absolute; inset-block-start: 1px; inset-inline-end: -1px; min-inline-size: 17px; padding-inline: 4px; border-radius: 999px; background: var(--crm-lost); color: var(--crm-surface); font-size: 11px; font-weight: 600; line-height: 17px; text-align: center; }
  `,
})
export class BellComponent {
  private readonly dialogs = inject(DialogService);
  protected readonly notifications = inject(NotificationService);
  protected readonly shown = computed(() => Math.min(MOST, this.notifications.unread()));
  protected readonly more = computed(() => this.notifications.unread() > MOST);

  constructor() {
    this.notifications.follow(inject(DestroyRef));
  }

  protected async open(): Promise<void> {
    // Read when it is wanted: the sentences need the words of the semantic layer.
    const { NotificationPanelComponent } = await import('@shared/alert/notification-panel.component');
    this.dialogs.openAside(NotificationPanelComponent, { data: null, width: '480px', ariaLabelledBy: 'crm-notifications-title', autoFocus: 'h2' });
  }
}
