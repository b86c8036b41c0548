import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { formatMoney } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ENTITY_PATHS } from '../chip/entity-link.component';
import { CustomFieldsService } from '../extend/custom-fields.service';
import { DatePipe, RelativePipe } from '../format/format.pipes';
import { IconComponent } from '../icon/icon.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '../states/states.component';
import { LookupService } from './lookup.service';
import { isRecent, localName } from './names';
import { StoryEntry } from './record.model';
import { isEcho, storyWords, StoryReader } from './story.words';

const PAGE = '25';

/** The story of a record, newest first: what happened, to what, by whom and when. */
@Component({
  selector: 'crm-story',
  imports: [RouterLink, TranslatePipe, DatePipe, EmptyComponent, IconComponent, ProblemComponent, RelativePipe, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="more()" /> }
    <ol [attr.aria-busy]="loading()">
      @for (item of shown(); track item.entry.id) {
        <li>
          <span class="mark" [attr.data-tone]="item.words.tone"><crm-icon [name]="item.words.icon" [size]="15" /></span>
          <div class="what">
            <p><span class="title">{{ item.words.title }}</span>
              @if (item.words.to; as to) { <span class="change">@if (item.words.from; as from) { <span class="crm-muted"><bdi>{{ from }}</bdi></span> <crm-icon name="arrow-right" [size]="13" /> }<strong><bdi>{{ to }}</bdi></strong></span> }
              @if (item.words.detail; as detail) { <span class="crm-muted">{{ detail }}</span> }</p>
            @if (item.of; as of) { <p class="of">@if (of.path) { <a [routerLink]="of.path"><bdi>{{ of.name }}</bdi></a> } @else { <bdi>{{ of.name }}</bdi> }</p> }
            <p class="by">@if (item.actor; as actor) { <bdi>{{ actor }}</bdi><span aria-hidden="true"> · </span> }<time [attr.datetime]="item.entry.occurred_at" [title]="item.entry.occurred_at | crmDate: 'datetime'">{{ recent(item.entry.occurred_at) ? (item.entry.occurred_at | crmRelative) : (item.entry.occurred_at | crmDate) }}</time></p>
          </div>
        </li>
      }
    </ol>
    @if (loading()) { <crm-skeleton [lines]="entries().length ? 1 : 4" /> }
    @else if (cursor()) { <button type="button" class="crm-button crm-button--small" (click)="more()">{{ 'record.showEarlier' | translate }}</button> }
    @else if (!problem() && shown().length === 0) { <crm-empty icon="history" [title]="'record.storyEmpty' | translate" /> }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-3); justify-items: start; } ol, crm-skeleton, crm-problem, crm-empty { inline-size: 100%; }
    li { display: grid; grid-template-columns: 28px minmax(0, 1fr); gap: var(--crm-3); padding-block-end: var(--crm-4); position: relative; }
    li:not(:last-child)::before { content: ''; position: absolute; inset-block: 30px 2px; inset-inline-start: 13.5px; inline-size: 1px; background: var(--crm-border); }
    li:last-child { padding-block-end: 0; }
    .mark { display: grid; place-items: center; inline-size: 28px; block-size: 28px; border-radius: 50%; background: var(--crm-sunken); color: var(--crm-text-2); }
    .mark[data-tone='accent'] { background: var(--crm-accent-soft); color: var(--crm-accent-strong); } .mark[data-tone='won'] { background: var(--crm-won-soft); color: var(--crm-won); } .mark[data-tone='lost'] { background: var(--crm-lost-soft); color: var(--crm-lost); }
    .what { display: grid; gap: 1px; min-inline-size: 0; padding-block-start: 3px; } p { overflow-wrap: anywhere; }
    .title { font-weight: 500; margin-inline-end: 6px; } .change { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 6px; } .change { margin-inline-end: 6px; } .change strong { font-weight: 600; } .change crm-icon { color: var(--crm-text-3); }
    .of { font-size: var(--crm-text-13); } .by { font-size: var(--crm-text-12); color: var(--crm-text-3); }
  `,
})
export class StoryComponent {
  private readonly api = inject(ApiClient);
  private readonly translate = inject(TranslateService);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly customs = inject(CustomFieldsService);
  private readonly lookup = inject(LookupService);

  /** The record's path in the API, such as `deals/<id>`. */
  readonly path = input.required<string>();
  /** Changes when the story has a new entry. */
  readonly version = input<unknown>(null);

  protected readonly recent = isRecent;
  protected readonly entries = signal<readonly StoryEntry[]>([]);
  protected readonly cursor = signal<string | null>(null);
  protected readonly loading = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private run = 0;

  protected readonly shown = computed(() => {
    this.translate.currentLang();
    const [language, entries, path] = [this.locale.tag(), this.entries(), this.path()];
    const reader = (entity: string): StoryReader => ({
      text: (key, values) => this.customs.labelFor(entity, key.replace('record.fields.', '')) ?? String(this.translate.instant(key, values)),
      stageName: (stage) => this.lookup.stageName(stage),
      nameOf: (record) => localName(this.locale.language(), record),
      money: (value, currency) => formatMoney(value, currency ?? this.session.currency(), language),
    });
    return entries.filter((entry) => !isEcho(entry, entries)).map((entry) => {
      const words = storyWords(entry, reader(entry.entity));
      const own = path === `${entry.entity}/${entry.entity_id}`;
      const base = ENTITY_PATHS[entry.entity];
      return { entry, words, actor: this.lookup.named(entry.actor)?.name ?? null, of: own || words.name === null ? null : { name: words.name, path: base ? `${base}/${entry.entity_id}` : null } };
    });
  });

  constructor() {
    void this.lookup.need('pipelines', 'users');
    effect(() => {
      this.path();
      this.version();
      untracked(() => void this.load(false));
    });
  }

  protected more(): void {
    void this.load(this.entries().length > 0);
  }

  private async load(further: boolean): Promise<void> {
    const run = ++this.run;
    this.loading.set(true);
    this.problem.set(null);
    try {
      const cursor = further ? this.cursor() : null;
      const page = await this.api.get<Page<StoryEntry>>(`${this.path()}/timeline`, { limit: PAGE, ...(cursor ? { cursor } : {}) });
      if (run !== this.run) return;
      this.entries.update((before) => (further ? [...before, ...page.items] : page.items));
      this.cursor.set(page.next_cursor);
    } catch (error) {
      if (run === this.run) this.problem.set(toProblem(error));
    } finally {
      if (run === this.run) this.loading.set(false);
    }
  }
}
