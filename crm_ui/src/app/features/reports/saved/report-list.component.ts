import { CdkDrag, CdkDragPlaceholder, CdkDropList, CdkDropListGroup } from '@angular/cdk/drag-drop';
import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject, input, resource, signal } from '@angular/core';
import { MatMenu, MatMenuContent, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { PickService } from '../builder/pick.component';
import { ShapeIconComponent } from '../builder/shape-icon.component';
import { FolderActs } from './folder.acts';
import { FolderDrop, FolderTreeComponent } from './folder-tree.component';
import { SavedClient } from './saved.client';
import { ReportFolder, ReportSummary } from './saved.model';

const PAUSE_MS = 200;

/** Saved reports by folder, found by a part of their name in either language. */
@Component({
  selector: 'crm-report-list',
  imports: [CdkDrag, CdkDragPlaceholder, CdkDropList, CdkDropListGroup, CountPipe, EmptyComponent, FolderTreeComponent, IconComponent, MatMenu, MatMenuContent, MatMenuItem, MatMenuTrigger, PageHeaderComponent, ProblemComponent, RelativePipe, RouterLink, ShapeIconComponent, SkeletonComponent, TranslatePipe],
  providers: [FolderActs, PickService],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './report-list.component.html',
  styleUrl: './report-list.component.scss',
})
export class ReportListComponent {
  private readonly client = inject(SavedClient);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly router = inject(Router);
  protected readonly acts = inject(FolderActs);

  /** The folder that is open, from the address; all where none is named. */
  readonly folder = input<string>();
  /** A part of the names. */
  readonly q = input<string>();

  private readonly query = computed(() => ({ folder: this.folder() || null, q: this.q() ?? '' }));
  protected readonly found = resource({ params: this.query, loader: ({ params }) => this.client.list(params.q ? null : params.folder, params.q) });
  private readonly further = signal<{ readonly of: Page<ReportSummary> | undefined; readonly items: readonly ReportSummary[]; readonly cursor: string | null } | null>(null);
  private readonly first = computed(() => (this.found.hasValue() ? this.found.value() : undefined));
  private readonly more = computed(() => { const further = this.further(); return further?.of === this.first() ? further : null; });
  protected readonly items = computed(() => [...(this.first()?.items ?? []), ...(this.more()?.items ?? [])]);
  protected readonly cursor = computed(() => { const more = this.more(); return more ? more.cursor : (this.first()?.next_cursor ?? null); });
  protected readonly failure = computed(() => (this.found.error() ? toProblem(this.found.error()) : null));
  /** Reports are taken out of their list, never let go in it. */
  protected readonly never = (): boolean => false;
  // A finger that scrolls is not to drag.
  protected readonly delay = { touch: 350, mouse: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected describe({ description, description_ar }: ReportSummary): string {
    return ((this.locale.language() === 'ar' && description_ar) || description) ?? '';
  }

  protected folderOf({ folder_id }: ReportSummary): string {
    const folder = this.acts.tree().find((one) => one.folder.id === folder_id)?.folder;
    return folder ? this.acts.nameOf(folder) : '';
  }

  protected find(text: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.router.navigate([], { queryParams: { q: text.trim() || null }, queryParamsHandling: 'merge', replaceUrl: true }), PAUSE_MS);
  }

  protected async next(): Promise<void> {
    const [of, cursor, { folder, q }] = [this.first(), this.cursor(), this.query()];
    if (!of || cursor === null) return;
    try {
      const { items, next_cursor } = await this.client.list(q ? null : folder, q, cursor);
      this.further.set({ of, items: [...(this.more()?.items ?? []), ...items], cursor: next_cursor });
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected async newFolder(): Promise<void> {
    const made = await this.acts.create();
    if (made) await this.show(made.id);
  }

  protected async move(report: ReportSummary): Promise<void> {
    if (await this.acts.moveTo(report)) this.found.reload();
  }

  protected async dropped({ what, to }: FolderDrop): Promise<void> {
    if (await this.acts.move(what, to)) this.found.reload();
  }

  /** A folder that is not empty is opened where the reader wants to see what is in it; one that is gone is left. */
  protected async removed(folder: ReportFolder): Promise<void> {
    const done = await this.acts.remove(folder);
    if (done === 'open') await this.show(folder.id);
    if (done === 'gone' && this.folder() === folder.id) await this.show(null);
  }

  private async show(folder: string | null): Promise<void> {
    await this.router.navigate([], { queryParams: { folder, q: null }, queryParamsHandling: 'merge' });
  }
}
