import { ChangeDetectionStrategy, Component, computed, DestroyRef, effect, inject, input, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { Problem, toProblem } from '@core/api/problem';
import { TranslatedTitleStrategy } from '@core/i18n/title.strategy';
import { saveFile } from '@core/save.file';
import { ChipComponent, toneOfStatus } from '@shared/chip/chip.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { DatePipe, NumberPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { ImportCountsComponent } from './import-counts.component';
import { ImportApi } from './import.api';
import { Catalogue, ImportDetail, isWorking } from './import.model';
import { ProblemGroupsComponent } from './problem-groups.component';

/** One import: how far it is, what became of its rows, what was wrong. */
@Component({
  selector: 'crm-import-detail',
  imports: [TranslatePipe, ChipComponent, DatePipe, IconComponent, ImportCountsComponent, NumberPipe, PageHeaderComponent, ProblemComponent, ProblemGroupsComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="load(id())" /> }
      @if (job(); as job) {
        <crm-page-header [title]="job.file_name" backTo="/admin/imports" [backLabel]="'imports.title' | translate">
          <crm-chip slot="after" [tone]="tone()">{{ 'imports.status.' + (job.dry_run && job.status === 'done' ? 'checked' : job.status) | translate }}</crm-chip>
          <p slot="below" class="crm-muted">{{ 'imports.entity.' + job.entity | translate }} · {{ job.created_at | crmDate: 'datetime' }}</p>
          @if (working()) { <button slot="actions" type="button" class="crm-button" (click)="cancel()">{{ 'imports.cancel' | translate }}</button> }
          @if (job.errors.length > 0) { <button slot="actions" type="button" class="crm-button" (click)="download()"><crm-icon name="download" [size]="16" />{{ 'imports.download' | translate }}</button> }
        </crm-page-header>
        <section class="crm-card pad">
          @if (job.error; as error) { <p class="error" role="alert"><crm-icon name="circle-alert" [size]="18" />{{ error.message }}</p> }
          <crm-import-counts [job]="job" />
        </section>
        @if (job.problem_groups.length > 0) {
          <section class="crm-card pad"><h2>{{ 'imports.problems' | translate }}</h2><crm-problem-groups [groups]="job.problem_groups" [entity]="entity()" /></section>
          <section class="crm-card pad"><h2>{{ 'imports.problemRows' | translate }}</h2>
            <div class="scroll"><table>
              <thead><tr><th scope="col">{{ 'imports.row' | translate }}</th><th scope="col">{{ 'imports.whatIsWrong' | translate }}</th>@for (column of columns(); track column) { <th scope="col"><bdi>{{ column }}</bdi></th> }</tr></thead>
              <tbody>@for (row of job.errors; track row.row) { <tr><td class="crm-number">{{ row.row | crmNumber }}</td><td class="what"><crm-chip [tone]="row.outcome === 'error' ? 'lost' : 'risk'">{{ 'imports.outcome.' + row.outcome | translate }}</crm-chip> @for (item of row.problems; track $index) { <span>{{ item.message }}</span> }</td>@for (column of columns(); track column) { <td><bdi>{{ row.raw[column] }}</bdi></td> }</tr> }</tbody>
            </table></div>
          </section>
        }
      } @else if (!problem()) { <crm-skeleton [lines]="6" /> }
    </div>
  `,
  styles: `
    .pad { display: grid; gap: var(--crm-3); padding: var(--crm-4); min-inline-size: 0; } .error { display: flex; gap: var(--crm-2); color: var(--crm-lost); overflow-wrap: anywhere; }
    .scroll { overflow-x: auto; } table { border-collapse: collapse; inline-size: 100%; font-size: var(--crm-text-13); } th, td { padding: var(--crm-2) var(--crm-3); text-align: start; vertical-align: top; border-block-end: 1px solid var(--crm-border); white-space: nowrap; max-inline-size: 260px; overflow: hidden; text-overflow: ellipsis; }
    thead th { font-size: var(--crm-text-12); font-weight: 500; color: var(--crm-text-2); } .what { white-space: normal; min-inline-size: 260px; max-inline-size: 420px; }
  `,
})
export class ImportDetailComponent {
  private readonly api = inject(ImportApi);
  private readonly notice = inject(NoticeService);
  private readonly titles = inject(TranslatedTitleStrategy);
  /** The import's id, from the address. */
  readonly id = input.required<string>();

  protected readonly job = signal<ImportDetail | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  private readonly catalogue = signal<Catalogue | null>(null);
  private left = false;
  protected readonly working = computed(() => (this.job() ? isWorking(this.job()!) : false));
  protected readonly tone = computed(() => toneOfStatus(this.job()?.status));
  protected readonly entity = computed(() => this.catalogue()?.entities.find((entity) => entity.entity === this.job()?.entity) ?? null);
  protected readonly columns = computed(() => Object.keys(this.job()?.errors[0]?.raw ?? {}));

  constructor() {
    inject(DestroyRef).onDestroy(() => (this.left = true));
    effect(() => void this.load(this.id()));
    this.api.catalogue().then((catalogue) => this.catalogue.set(catalogue), () => undefined);
  }

  protected async load(id: string): Promise<void> {
    this.problem.set(null);
    try {
      await this.api.follow(id, (job) => {
        this.job.set(job);
        this.titles.name(job.file_name);
      }, () => !this.left && this.id() === id);
    } catch (error) {
      this.problem.set(toProblem(error));
    }
  }

  protected async cancel(): Promise<void> {
    try {
      await this.api.cancel(this.id());
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected async download(): Promise<void> {
    try {
      saveFile(await this.api.problems(this.id()), `${(this.job()?.file_name ?? 'import').replace(/\.[a-z]+$/i, '')}-problems.csv`);
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
