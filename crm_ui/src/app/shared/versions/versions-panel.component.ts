import { ChangeDetectionStrategy, Component, inject, resource, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { toProblem } from '@core/api/problem';
import { DatePipe as CrmDatePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { VersionSummary } from './version.model';

/** What the panel tells of. */
export interface VersionsData {
  /** The newest first. */
  readonly list: () => Promise<readonly VersionSummary[]>;
  /** What a version changed against the one before it, in words. */
  readonly changes: (version: number) => Promise<readonly string[]>;
  /** The one that is shown now. */
  readonly current: number;
  readonly mayRestore: boolean;
}

/** The versions of a report or a dashboard, what each changed in words, and the way back to one. Closes with the version that shall be restored. */
@Component({
  selector: 'crm-versions-panel',
  imports: [CrmDatePipe, IconComponent, ProblemComponent, SkeletonComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2 id="crm-versions-title" tabindex="-1">{{ 'shared.versions.title' | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
    <div class="body">
      @if (versions.error(); as error) { <crm-problem [problem]="problemOf(error)" (retry)="versions.reload()" /> }
      @else if (versions.hasValue()) {
        <ol>
          @for (one of versions.value(); track one.version) {
            <li>
              <div class="line"><strong>{{ 'shared.versions.number' | translate: { number: one.version } }}</strong>@if (one.version === data.current) { <span class="now">{{ 'shared.versions.now' | translate }}</span> }<span class="crm-muted"><bdi>{{ one.author.name }}</bdi> · {{ one.created_at | crmDate: 'datetime' }}</span></div>
              @if (one.note) { <p><bdi>{{ one.note }}</bdi></p> }
              @if (one.restored_from) { <p class="crm-muted">{{ 'shared.versions.restoredFrom' | translate: { number: one.restored_from } }}</p> }
              <div class="do">
                @if (one.version > 1) { <button type="button" class="crm-button crm-button--small" (click)="look(one)" [attr.aria-expanded]="open() === one.version" [attr.data-look]="one.version"><crm-icon [name]="open() === one.version ? 'chevron-down' : 'chevron-right'" [size]="14" />{{ 'shared.versions.what' | translate }}<span class="crm-visually-hidden">: {{ one.version }}</span></button> }
                @if (data.mayRestore && one.version !== data.current) { <button type="button" class="crm-button crm-button--small" (click)="dialog.close(one.version)" [attr.data-restore]="one.version">{{ 'shared.versions.restore' | translate }}<span class="crm-visually-hidden">: {{ one.version }}</span></button> }
              </div>
              @if (open() === one.version) { <ul aria-live="polite">@for (line of lines(); track $index) { <li>{{ line }}</li> } @empty { <li class="crm-muted">{{ (waiting() ? 'shared.loading' : 'shared.versions.nothing') | translate }}</li> }</ul> }
            </li>
          }
        </ol>
      } @else { <crm-skeleton [lines]="6" /> }
    </div>
  `,
  styles: `
    :host { display: grid; grid-template-rows: auto minmax(0, 1fr); block-size: 100%; } header { display: flex; align-items: center; justify-content: space-between; padding: var(--crm-4) var(--crm-6); border-block-end: 1px solid var(--crm-border); } h2 { font-size: var(--crm-text-16); } .body { overflow-y: auto; padding: var(--crm-2) var(--crm-6) var(--crm-6); }
    ol { margin: 0; padding: 0; list-style: none; } ol > li { display: grid; gap: var(--crm-2); padding-block: var(--crm-3); border-block-end: 1px solid var(--crm-border); font-size: var(--crm-text-13); } .line { display: flex; flex-wrap: wrap; align-items: center; gap: 2px var(--crm-2); } strong { font-weight: 600; font-size: var(--crm-text-14); } .now { padding: 0 var(--crm-2); border-radius: 999px; background: var(--crm-accent-soft); color: var(--crm-accent-strong); font-size: var(--crm-text-12); } .do { display: flex; gap: var(--crm-2); }
    ul { display: grid; gap: 4px; margin: 0; padding: var(--crm-2) var(--crm-3); padding-inline-start: var(--crm-6); border-radius: var(--crm-radius); background: var(--crm-sunken); overflow-wrap: anywhere; }
  `,
})
export class VersionsPanelComponent {
  private readonly notice = inject(NoticeService);
  protected readonly data = inject<VersionsData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<VersionsPanelComponent, number>>(MatDialogRef);
  protected readonly versions = resource({ loader: () => this.data.list() });
  protected readonly problemOf = toProblem;
  protected readonly open = signal<number | null>(null);
  protected readonly lines = signal<readonly string[]>([]);
  protected readonly waiting = signal(false);

  /** What a version changed against the one before it. */
  protected async look({ version }: VersionSummary): Promise<void> {
    this.lines.set([]);
    this.open.update((open) => (open === version ? null : version));
    if (this.open() !== version) return;
    this.waiting.set(true);
    try {
      const lines = await this.data.changes(version);
      if (this.open() === version) this.lines.set(lines);
    } catch (error) {
      this.notice.fail(error);
      this.open.set(null);
    } finally {
      this.waiting.set(false);
    }
  }
}
