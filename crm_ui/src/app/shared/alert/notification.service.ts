import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { SessionService } from '@core/session/session.service';
import { AlertCondition, AlertFound } from './alert.model';

/** Something that one was told. */
export interface Notification {
  readonly id: string;
  readonly kind: 'alert_firing' | 'alert_ended' | 'schedule_failed';
  readonly title: string;
  readonly params: {
    readonly alert_id?: string; readonly schedule_id?: string; readonly measure?: string; readonly value?: string | null; readonly condition?: AlertCondition; readonly expected?: { readonly low: string; readonly high: string } | null;
    readonly watermark?: { readonly committed_at: string } | null; readonly query?: Record<string, unknown>; readonly problem?: string; readonly found?: AlertFound;
  };
  readonly read_at: string | null;
  readonly created_at: string;
}

interface NotificationPage { readonly items: readonly Notification[]; readonly unread: number }

/** Alerts are looked at every five minutes: a minute is soon enough, and one short question for each open page that is seen. */
const EVERY_MS = 60_000;

/** Knows how many notifications are unread, while the page is seen. */
@Injectable({ providedIn: 'root' })
export class NotificationService {
  private readonly api = inject(ApiClient);
  private readonly session = inject(SessionService);
  private readonly document = inject(DOCUMENT);
  private askedAt = 0;

  /** How many are unread. */
  readonly unread = signal(0);

  /** Keeps the number fresh as long as `owner` lives: once a minute while the page is seen, and when it is seen again. */
  follow(owner: DestroyRef): void {
    const look = (): void => { if (this.document.visibilityState === 'visible' && Date.now() - this.askedAt >= EVERY_MS) void this.count(); };
    const timer = setInterval(look, EVERY_MS);
    this.document.addEventListener('visibilitychange', look);
    owner.onDestroy(() => {
      clearInterval(timer);
      this.document.removeEventListener('visibilitychange', look);
    });
    void this.count();
  }

  /** True where this person can have any. */
  available(): boolean {
    return this.session.feature('crm_feature_alerts') && this.session.can('alerts', 'read');
  }

  /** The newest ones. */
  async list(): Promise<readonly Notification[]> {
    const page = await this.api.get<NotificationPage>('notifications', { limit: '50' });
    this.unread.set(page.unread);
    return page.items;
  }

  /** Marks one as read, or all. */
  async markRead(id: string | null): Promise<void> {
    await this.api.post(id === null ? 'notifications/read' : `notifications/${id}/read`, {});
    this.unread.update((count) => (id === null ? 0 : Math.max(0, count - 1)));
  }

  private async count(): Promise<void> {
    if (!this.available()) return;
    this.askedAt = Date.now();
    try {
      this.unread.set((await this.api.get<NotificationPage>('notifications', { unread: 'true', limit: '1' })).unread);
    } catch {
      // The number shown stays; the next look tells.
    }
  }
}
