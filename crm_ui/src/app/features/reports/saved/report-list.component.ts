import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject, input, resource, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, RelativePipe } from '@shared/format/format.pipes';
import { PageReader } from '@shared/format/reader';
import { IconComponent } from '@shared/icon/icon.component';
import { localName } from '@shared/record/names';
import { RecordPanelService } from '@shared/record/panel.service';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { ShapeIconComponent } from '../builder/shape-icon.component';
import { SavedClient } from './saved.client';
import { folderTree, ReportFolder, ReportSummary } from './saved.model';

const PAUSE_MS = 200;

/** Saved reports by folder, found by a part of their name in either language. */
@Component({
  selector: 'crm-report-list',
  imports: [CountPipe, EmptyComponent, IconComponent, PageHeaderComponent, ProblemComponent, RelativePipe, RouterLink, ShapeIconComponent, SkeletonComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './report-list.component.html',
  styleUrl: './report-list.component.scss',
})
export class ReportListComponent {
  private readonly client = inject(SavedClient);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly page = inject(PageReader);
  private readonly panel = inject(RecordPanelService);
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);

  /** The folder that is open, from the address; all where none is named. */
  readonly folder = input<string>();
  /** A part of the names. */
  readonly q = input<string>();

  protected readonly mayWrite = computed(() => this.session.can('reports', 'write'));
  private readonly query = computed(() => ({ folder: this.folder() || null, q: this.q() ?? '' }));
  protected readonly found = resource({ params: this.query, loader: ({ params }) => this.client.list(params.q ? null : params.folder, params.q) });
  protected readonly folders = resource({ loader: () => this.client.folders() });
  private readonly further = signal<{ readonly of: Page<ReportSummary> | undefined; readonly items: readonly ReportSummary[]; readonly cursor: string | null } | null>(null);
  private readonly first = computed(() => (this.found.hasValue() ? this.found.value() : undefined));
  private readonly more = computed(() => { const further = this.further(); return further?.of === this.first() ? further : null; });
  protected readonly items = computed(() => [...(this.first()?.items ?? []), ...(this.more()?.items ?? [])]);
  protected readonly cursor = computed(() => { const more = this.more(); return more ? more.cursor : (this.first()?.next_cursor ?? null); });
  protected readonly failure = computed(() => (this.found.error() ? toProblem(this.found.error()) : null));
  protected readonly tree = computed(() => folderTree(this.folders.hasValue() ? this.folders.value() : [], (one) => this.nameOf(one)));
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected describe({ description, description_ar }: ReportSummary): string {
    return ((this.locale.language() === 'ar' && description_ar) || description) ?? '';
  }

  protected nameOf(one: { readonly name: string; readonly name_ar: string | null }): string {
    return localName(this.locale.language(), one);
  }

  protected folderOf({ folder_id }: ReportSummary): string {
    const folder = this.tree().find((one) => one.folder.id === folder_id)?.folder;
    return folder ? this.nameOf(folder) : '';
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
    const text = (key: string): string => this.page.reader().text(`reports.file.${key}`);
    const options = this.tree().filter(({ folder }) => folder.may !== 'view').map(({ folder, depth }) => ({ value: folder.id, label: `${'\u2003'.repeat(depth)}${this.nameOf(folder)}` }));
    const made = await this.panel.open<ReportFolder>({
      title: text('newFolder'), action: this.page.reader().text('shared.save'), values: { name: null, name_ar: null, parent_id: null },
      fields: [{ name: 'name', label: text('name'), kind: 'text', required: true, dir: 'auto' }, { name: 'name_ar', label: text('nameAr'), kind: 'text', dir: 'rtl' }, ...(options.length > 0 ? [{ name: 'parent_id', label: text('within'), kind: 'select' as const, options }] : [])],
      save: (changes) => this.client.createFolder({ name_ar: null, parent_id: null, ...changes } as Parameters<SavedClient['createFolder']>[0]),
    });
    if (!made) return;
    this.folders.reload();
    await this.router.navigate([], { queryParams: { folder: made.id, q: null }, queryParamsHandling: 'merge' });
  }
}
