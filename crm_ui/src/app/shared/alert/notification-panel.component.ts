import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { Problem, toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { IconName } from '@shared/icon/icons';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AlertWords, MeaningMap } from './alert.words';
import { Notification, NotificationService } from './notification.service';

const ICONS: Readonly<Record<Notification['kind'], IconName>> = { alert_firing: 'triangle-alert', alert_ended: 'circle-check', schedule_failed: 'circle-x' };

/** What one was told, the newest first, in a panel: each leads to its number, alert or schedule. */
@Component({
  selector: 'crm-notification-panel',
  imports: [RouterLink, TranslatePipe, EmptyComponent, IconComponent, ProblemComponent, RelativePipe, SkeletonComponent],
  providers: [AnalyticsClient],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2 id="crm-notifications-title" tabindex="-1">{{ 'alerts.notifications' | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
    <div class="body" [attr.aria-busy]="items() === null">
      @if (problem(); as failed) { <crm-problem [problem]="failed" (retry)="load()" /> }
      @else if (items(); as items) {
        <p class="tools"><button type="button" class="crm-button crm-button--small" (click)="readAll()" [attr.aria-disabled]="notifications.unread() === 0" data-test="read-all"><crm-icon name="check" [size]="15" />{{ 'alerts.readAll' | translate }}</button><a class="crm-button crm-button--small" routerLink="/me/alerts" (click)="dialog.close()"><crm-icon name="bell" [size]="15" />{{ 'alerts.title' | translate }}</a></p>
        <ul>
          @for (item of items; track item.id) {
            <li [class.unread]="item.read_at === null"><crm-icon [name]="icons[item.kind]" [size]="18" [class.bad]="item.kind !== 'alert_ended'" />
              <div><p class="line"><strong><bdi>{{ item.title }}</bdi></strong>@if (item.read_at === null) { <span class="dot"></span><span class="crm-visually-hidden">{{ 'alerts.isUnread' | translate }}</span> }<small class="crm-muted">{{ item.created_at | crmRelative }}</small></p>
                <p>{{ words.sentence(item, meanings()) }}</p>
                <p class="links">
                  @if (item.params.query && item.params.measure) { <button type="button" class="link" (click)="number(item)">{{ 'alerts.showNumber' | translate }}<span class="crm-visually-hidden">: {{ item.title }}</span></button> }
                  @if (item.params.found; as found) { <a [routerLink]="['/reports', found.report.id]" (click)="follow(item)">{{ 'alerts.showReport' | translate }}<span class="crm-visually-hidden">: {{ item.title }}</span></a> }
                  @if (item.params.alert_id; as id) { <a [routerLink]="['/me/alerts']" [queryParams]="{ alert: id }" (click)="follow(item)">{{ 'alerts.showAlert' | translate }}<span class="crm-visually-hidden">: {{ item.title }}</span></a> }
                  @if (item.params.schedule_id) { <a routerLink="/me/schedules" (click)="follow(item)">{{ 'alerts.showSchedule' | translate }}<span class="crm-visually-hidden">: {{ item.title }}</span></a> }
                  @if (item.read_at === null) { <button type="button" class="link" (click)="read(item)" data-test="read">{{ 'alerts.markRead' | translate }}<span class="crm-visually-hidden">: {{ item.title }}</span></button> }
                </p></div></li>
          } @empty { <li class="none"><crm-empty icon="bell" [title]="'alerts.noNews' | translate" [text]="'alerts.noNewsText' | translate" /></li> }
        </ul>
      } @else { <crm-skeleton [lines]="6" /> }
    </div>
  `,
  styles: `
    :host { display: grid; grid-template-rows: auto minmax(0, 1fr); block-size: 100dvh; } header { display: flex; align-items: center; justify-content: space-between; padding: var(--crm-4) var(--crm-6); border-block-end: 1px solid var(--crm-border); } h2 { font-size: var(--crm-text-16); outline: none; }
    .body { overflow-y: auto; padding: var(--crm-4) var(--crm-6); font-size: var(--crm-text-13); } .tools { display: flex; flex-wrap: wrap; gap: var(--crm-2); margin-block-end: var(--crm-2); } ul { margin: 0; padding: 0; list-style: none; }
    li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: var(--crm-3); padding-block: var(--crm-3); border-block-end: 1px solid var(--crm-border); color: var(--crm-text-2); } li.none { display: block; border: 0; } li.unread strong { color: var(--crm-text); } strong { font-weight: 600; overflow-wrap: anywhere; } li crm-icon { color: var(--crm-won); } li crm-icon.bad { color: var(--crm-risk); }
    li > div { display: grid; gap: 2px; min-inline-size: 0; } .line { display: flex; align-items: center; gap: var(--crm-2); } .line small { margin-inline-start: auto; white-space: nowrap; } .dot { flex: none; inline-size: 8px; block-size: 8px; border-radius: 50%; background: var(--crm-accent-fill); }
    .links { display: flex; flex-wrap: wrap; gap: 0 var(--crm-4); } .links > * { display: inline-flex; align-items: center; min-block-size: 28px; color: var(--crm-accent); font-weight: 500; } @media (max-width: 600px) { header, .body { padding-inline: var(--crm-4); } .links > * { min-block-size: 36px; } }
  `,
})
export class NotificationPanelComponent {
  private readonly analytics = inject(AnalyticsClient);
  private readonly notice = inject(NoticeService);
  private readonly numbers = inject(NumberPanelService);
  private readonly session = inject(SessionService);
  protected readonly notifications = inject(NotificationService);
  protected readonly words = inject(AlertWords);
  protected readonly dialog = inject(MatDialogRef);
  protected readonly icons = ICONS;
  protected readonly items = signal<readonly Notification[] | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly meanings = signal<MeaningMap>(new Map());

  constructor() {
    void this.load();
    // Names and units only make the sentences better: without analytics they are told by the names of the model.
    if (this.session.feature('crm_feature_analytics')) this.analytics.members().then((members) => this.meanings.set(members), () => undefined);
  }

  protected async load(): Promise<void> {
    this.problem.set(null);
    try {
      this.items.set(await this.notifications.list());
    } catch (error) {
      this.problem.set(toProblem(error));
    }
  }

  protected async read(item: Notification): Promise<void> {
    if (item.read_at !== null) return;
    await this.marked(item.id);
  }

  protected async readAll(): Promise<void> {
    if (this.notifications.unread() > 0) await this.marked(null);
  }

  protected follow(item: Notification): void {
    void this.read(item);
    this.dialog.close();
  }

  protected number(item: Notification): void {
    const { query = {}, measure = '' } = item.params;
    void this.read(item);
    void this.numbers.open({ query, measure, title: this.words.title(measure, this.meanings()) });
  }

  private async marked(id: string | null): Promise<void> {
    try {
      await this.notifications.markRead(id);
      const now = new Date().toISOString();
      this.items.update((items) => items?.map((item) => (id === null || item.id === id ? { ...item, read_at: item.read_at ?? now } : item)) ?? null);
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
