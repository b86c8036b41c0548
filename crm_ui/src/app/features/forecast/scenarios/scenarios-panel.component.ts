import { ChangeDetectionStrategy, Component, computed, DestroyRef, effect, inject, input, linkedSignal, resource, signal, untracked } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { CountPipe, DatePipe } from '@shared/format/format.pipes';
import { NoticeService } from '@shared/dialog/notice.service';
import { ProofBadgeComponent } from '@shared/kpi/proof-badge.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { ForecastCut } from '../simulation/simulation.model';
import { changesOf, Draft, faultsOf, NOTHING } from './scenario.draft';
import { ScenarioKeepingService } from './scenario-keeping.service';
import { ScenarioListComponent } from './scenario-list.component';
import { ScenarioColumn, ScenarioTableComponent } from './scenario-table.component';
import { Scenario, ScenarioResult } from './scenario.model';
import { WhatIfDealsComponent } from './what-if-deals.component';
import { WhatIfFieldsComponent } from './what-if-fields.component';

/** A result follows what is typed after a pause. */
const PAUSE_MS = 350;
const MOST_COMPARED = 3;

/** What the period would be if: supposed, computed on the deals of now, saved, compared and shared. */
@Component({
  selector: 'crm-scenarios-panel',
  imports: [TranslatePipe, CountPipe, DatePipe, ProblemComponent, ProofBadgeComponent, ScenarioListComponent, ScenarioTableComponent, SkeletonComponent, WhatIfDealsComponent, WhatIfFieldsComponent],
  providers: [ScenarioKeepingService],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="crm-card" aria-labelledby="crm-scenarios">
      <h2 id="crm-scenarios">{{ 'forecast.scenario.title' | translate }}@if (opened(); as one) { <span class="crm-muted"> · <bdi>{{ one.scenario.name }}</bdi></span> }</h2><p class="crm-muted">{{ 'forecast.scenario.text' | translate }}</p>
      <crm-what-if-fields [(draft)]="draft" [currency]="currency()" />
      <crm-what-if-deals [(draft)]="draft" [currency]="currency()" />
      <div class="actions"><button type="button" class="crm-button" (click)="reset()">{{ 'forecast.scenario.reset' | translate }}</button>
        @if (writable()) {
          @if (opened()?.scenario?.changeable) { <button type="button" class="crm-button" [attr.aria-disabled]="faulty()" (click)="save()">{{ 'forecast.scenario.save' | translate }}</button> }
          <button type="button" class="crm-button crm-button--primary" [attr.aria-disabled]="faulty()" (click)="saveAs()">{{ 'forecast.scenario.saveAs' | translate }}</button>
        }</div>
      @if (failed(); as problem) { <crm-problem [problem]="problem" [inline]="true" (retry)="result.reload()" /> }
      @else if (shown(); as it) {
        <div aria-live="polite" [attr.aria-busy]="result.isLoading()"><crm-scenario-table [columns]="columns()" [currency]="it.currency" /></div>
        @if (narrowed()) { <p class="note">{{ 'forecast.scenario.narrowed' | translate }}</p> }
        @if (it.missing_deals > 0) { <p class="note" role="status">{{ 'forecast.scenario.missing' | translate: { count: (it.missing_deals | crmCount) } }}</p> }
        <p class="foot"><span>{{ 'home.fresh' | translate: { time: (it.watermark.committed_at | crmDate: 'time') } }}</span>@if (it.proof; as proof) { <crm-proof-badge [proof]="proof" /> }</p>
      } @else { <crm-skeleton [lines]="6" /> }
      @if (unlisted(); as problem) { <crm-problem [problem]="problem" [inline]="true" (retry)="list.reload()" /> }
      @else if (list.hasValue()) { <crm-scenario-list [scenarios]="list.value().items" [compared]="compared()" [most]="mostCompared" [opened]="opened()?.scenario?.id ?? null" [shareable]="shareable()" (open)="open($event)" (compare)="compare($event)" (share)="share($event)" (remove)="remove($event)" /> }
    </section>
  `,
  styles: `
    section { display: grid; gap: var(--crm-4); padding: var(--crm-4); min-inline-size: 0; } section > * { min-inline-size: 0; } h2 { font-size: var(--crm-text-16); overflow-wrap: anywhere; } section > p { font-size: var(--crm-text-13); max-inline-size: 80ch; } .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: var(--crm-2); }
    .note { color: var(--crm-text); } .foot { display: flex; flex-wrap: wrap; gap: var(--crm-1) var(--crm-4); font-size: var(--crm-text-12); color: var(--crm-text-2); }
  `,
})
export class ScenariosPanelComponent {
  private readonly api = inject(ApiClient);
  private readonly session = inject(SessionService);
  private readonly keeping = inject(ScenarioKeepingService);
  private readonly notice = inject(NoticeService);
  private readonly translate = inject(TranslateService);
  /** The period, such as `2026-Q4`. */
  readonly period = input.required<string>();
  /** Only of a person, a team or a region. */
  readonly cut = input<ForecastCut>({});

  protected readonly mostCompared = MOST_COMPARED;
  protected readonly draft = linkedSignal<string, Draft>({ source: this.period, computation: () => NOTHING });
  protected readonly opened = linkedSignal<string, { readonly scenario: Scenario; readonly tag: string | null } | null>({ source: this.period, computation: () => null });
  protected readonly compared = linkedSignal<string, readonly string[]>({ source: this.period, computation: () => [] });
  protected readonly faulty = computed(() => faultsOf(this.draft()).size > 0);
  protected readonly writable = computed(() => this.session.can('scenarios', 'write'));
  protected readonly shareable = computed(() => ['team', 'region', 'all'].includes(this.session.me()?.permissions['scenarios']?.['write'] ?? ''));
  /** A scenario keeps to what it was saved for. */
  protected readonly filter = computed<ForecastCut>(() => this.opened()?.scenario.filter ?? this.cut(), { equal: (one, other) => JSON.stringify(one) === JSON.stringify(other) });
  protected readonly narrowed = computed(() => Object.keys(this.opened()?.scenario.filter ?? {}).length > 0);
  /** What is asked: the draft after a pause, and only one without faults. */
  private readonly asked = signal<Draft>(NOTHING);
  protected readonly result = resource({ params: () => ({ period: this.period(), filter: this.filter(), changes: changesOf(this.asked()) }), loader: ({ params }) => this.api.post<ScenarioResult>('forecasts/scenarios/preview', params) });
  protected readonly list = resource({ params: () => ({ period: this.period() }), loader: ({ params }) => this.api.get<{ items: readonly Scenario[] }>('forecasts/scenarios', params) });
  private readonly others = resource({ params: () => this.compared(), loader: async ({ params }) => new Map(await Promise.all(params.map(async (id) => [id, (await this.api.get<ScenarioResult>(`forecasts/scenarios/${id}/figures`)).scenario] as const))) });
  /** The last result stays in sight while the next one comes. */
  protected readonly shown = linkedSignal<ScenarioResult | undefined, ScenarioResult | undefined>({ source: () => (this.result.hasValue() ? this.result.value() : undefined), computation: (next, before) => next ?? before?.value });
  protected readonly currency = computed(() => this.shown()?.currency ?? this.session.currency());
  protected readonly failed = computed(() => { const error = this.result.error() ?? this.others.error(); return error ? toProblem(error.cause ?? error) : null; });
  protected readonly unlisted = computed(() => (this.list.error() ? toProblem(this.list.error()?.cause ?? this.list.error()) : null));
  protected readonly columns = computed((): readonly ScenarioColumn[] => {
    this.translate.currentLang();
    const result = this.shown();
    const word = (key: string): string => String(this.translate.instant(`forecast.scenario.${key}`));
    const saved = this.list.hasValue() ? this.list.value().items : [];
    const read = this.others.hasValue() ? this.others.value() : undefined;
    return [
      { key: 'base', name: word('base'), figures: result?.base ?? null }, { key: 'draft', name: word('draft'), figures: result?.scenario ?? null },
      ...this.compared().map((id) => ({ key: id, name: saved.find((one) => one.id === id)?.name ?? '', figures: read?.get(id) ?? null })),
    ];
  });

  constructor() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    inject(DestroyRef).onDestroy(() => clearTimeout(timer));
    effect(() => {
      const draft = this.draft();
      clearTimeout(timer);
      if (untracked(this.faulty)) return;
      timer = setTimeout(() => this.asked.set(draft), PAUSE_MS);
    });
  }

  protected reset(): void {
    this.draft.set(NOTHING);
    this.opened.set(null);
  }

  protected async open({ id }: Scenario): Promise<void> {
    try {
      const { scenario, tag, draft } = await this.keeping.open(id);
      this.opened.set({ scenario, tag });
      this.draft.set(draft);
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected compare({ id }: Scenario): void {
    this.compared.update((list) => (list.includes(id) ? list.filter((one) => one !== id) : [...list, id].slice(-MOST_COMPARED)));
  }

  protected async saveAs(): Promise<void> {
    if (this.faulty()) return;
    const made = await this.keeping.saveAs(this.draft(), this.period(), this.filter());
    if (made) await this.reopened(made);
  }

  protected async save(): Promise<void> {
    const opened = this.opened();
    if (!opened || this.faulty()) return;
    const kept = await this.keeping.save(opened.scenario, opened.tag, this.draft());
    if (kept) await this.reopened(kept);
  }

  protected async share(scenario: Scenario): Promise<void> {
    try {
      if (await this.keeping.share(scenario)) this.list.reload();
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected async remove(scenario: Scenario): Promise<void> {
    if (!(await this.keeping.remove(scenario))) return;
    this.compared.update((list) => list.filter((one) => one !== scenario.id));
    if (this.opened()?.scenario.id === scenario.id) this.opened.set(null);
    this.list.reload();
  }

  private async reopened(scenario: Scenario): Promise<void> {
    this.list.reload();
    this.others.reload();
    await this.open(scenario);
  }
}
