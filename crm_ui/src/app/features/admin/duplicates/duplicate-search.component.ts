import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { Again } from '@core/again';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, PercentPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { MatchEntity, Search } from './duplicate.model';

const LOOK_MS = 1000;
const THRESHOLDS = [0.75, 0.85, 0.95] as const;
const USUAL = 0.85;

/** The last search of a kind of records, how far it is, and a button that starts another one. */
@Component({
  selector: 'crm-duplicate-search',
  imports: [TranslatePipe, CountPipe, IconComponent, PercentPipe, ProblemComponent, RelativePipe, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card' },
  template: `
    @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="load()" /> }
    @else if (!known()) { <crm-skeleton [lines]="2" /> }
    @else {
      <div class="words" role="status">
        @if (last(); as one) {
          <h2>{{ 'duplicates.search.' + one.status | translate: { at: (one.finished_at | crmRelative) } }}</h2>
          <p class="crm-muted">{{ 'duplicates.search.compared' | translate: { count: (one.compared | crmCount) } }} {{ 'duplicates.search.kept' | translate: { count: (one.candidates | crmCount) } }}</p>
          @if (running()) { <progress [attr.aria-label]="'duplicates.search.running' | translate"></progress> }
        } @else { <h2>{{ 'duplicates.search.never' | translate }}</h2><p class="crm-muted">{{ 'duplicates.search.neverText' | translate }}</p> }
      </div>
      @if (maySearch()) {
        <form (submit)="$event.preventDefault(); start()"><label>{{ 'duplicates.search.threshold' | translate }}<select class="crm-input" (change)="threshold.set(+$any($event.target).value)">@for (one of thresholds; track one) { <option [value]="one" [selected]="one === threshold()">{{ one | crmPercent: 0 }}</option> }</select></label>
          <button type="submit" class="crm-button" [attr.aria-disabled]="running() || busy()" data-test="search"><crm-icon name="search" [size]="16" />{{ (running() ? 'duplicates.search.running' : 'duplicates.search.start') | translate }}</button></form>
      }
    }
  `,
  styles: `
    :host { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--crm-3) var(--crm-4); padding: var(--crm-3) var(--crm-4); } .words { display: grid; gap: 2px; min-inline-size: 0; flex: 1 1 300px; } h2 { font-size: var(--crm-text-14); } p { font-size: var(--crm-text-13); } progress { inline-size: min(320px, 100%); block-size: 6px; accent-color: var(--crm-accent-fill); } crm-problem, crm-skeleton { flex: 1; }
    form { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2) var(--crm-3); } label { display: inline-flex; align-items: center; gap: var(--crm-2); font-size: var(--crm-text-13); color: var(--crm-text-2); } select { inline-size: auto; }
  `,
})
export class DuplicateSearchComponent {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  /** The kind of records. */
  readonly entity = input.required<MatchEntity>();
  /** A search that was watched has ended. */
  readonly done = output();

  protected readonly thresholds = THRESHOLDS;
  protected readonly threshold = signal<number>(USUAL);
  protected readonly searches = signal<readonly Search[]>([]);
  protected readonly known = signal(false);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly last = computed(() => this.searches().find(({ entity }) => entity === this.entity()) ?? null);
  protected readonly running = computed(() => { const status = this.last()?.status; return status === 'queued' || status === 'running'; });
  protected readonly maySearch = computed(() => this.session.can(this.entity(), 'write'));
  private readonly again = new Again(() => this.load());

  constructor() {
    effect(() => {
      this.entity();
      untracked(() => void this.load());
    });
  }

  protected async load(): Promise<void> {
    const watched = this.running() ? this.last()?.id : null;
    try {
      this.searches.set((await this.api.get<Page<Search>>('duplicates/searches')).items);
      this.known.set(true);
      this.problem.set(null);
    } catch (error) {
      if (!this.known()) this.problem.set(toProblem(error));
    }
    if (watched && watched === this.last()?.id && !this.running()) this.done.emit();
    this.again.in(this.running() ? LOOK_MS : null);
  }

  protected async start(): Promise<void> {
    if (this.running() || this.busy()) return;
    this.busy.set(true);
    try {
      const search = await this.api.post<Search>('duplicates/searches', { entity: this.entity(), threshold: this.threshold() });
      this.searches.update((searches) => [search, ...searches]);
    } catch (error) {
      this.notice.fail(error);
    } finally {
      this.busy.set(false);
      await this.load();
    }
  }
}
