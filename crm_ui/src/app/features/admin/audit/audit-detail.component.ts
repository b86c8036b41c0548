import { ChangeDetectionStrategy, Component, computed, effect, inject, input, resource, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { ENTITY_PATHS } from '@shared/chip/entity-link.component';
import { DatePipe, NumberPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { changesOf, iconOf, kindOf } from './audit.calc';
import { AuditEntry } from './audit.model';
import { AuditWords } from './audit.words';

/** One entry of the audit log: what was changed from what to what, by whom, from where. */
@Component({
  selector: 'crm-audit-detail',
  imports: [RouterLink, TranslatePipe, DatePipe, IconComponent, NumberPipe, PageHeaderComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      @if (entry(); as entry) {
        <crm-page-header [title]="words.action(entry.action) + (words.record(entry) ? ': ' + words.record(entry) : '')" [subtitle]="words.entity(entry.entity)" backTo="/admin/audit" [backLabel]="'audit.title' | translate">
          <span slot="lead" class="mark"><crm-icon [name]="icon(entry.action)" [size]="18" /></span>
          @if (entry.entity_id) { <a slot="actions" class="crm-button" routerLink="/admin/audit" [queryParams]="{ 'filter[entity_id]': entry.entity_id }"><crm-icon name="history" [size]="16" />{{ 'audit.allOfRecord' | translate }}</a> }
          @if (entry.request_id) { <a slot="actions" class="crm-button" routerLink="/admin/audit" [queryParams]="{ 'filter[request_id]': entry.request_id }"><crm-icon name="link" [size]="16" />{{ 'audit.allOfRequest' | translate }}</a> }
          @if (page(); as path) { <a slot="actions" class="crm-button" [routerLink]="path"><crm-icon name="external" [size]="16" />{{ 'audit.openRecord' | translate }}</a> }
        </crm-page-header>
        <div class="columns">
          <section class="crm-card">
            <h2>{{ 'audit.changes' | translate }}</h2>
            @if (changes().length) {
              <table><caption class="crm-visually-hidden">{{ 'audit.changes' | translate }}</caption>
                <thead><tr><th scope="col">{{ 'audit.member' | translate }}</th><th scope="col">{{ 'audit.before' | translate }}</th><th scope="col">{{ 'audit.after' | translate }}</th></tr></thead>
                <tbody>@for (one of changes(); track $index) { <tr><th scope="row">{{ words.path(one.path) }}</th><td [attr.data-label]="'audit.before' | translate">@if (entry.before && isTold(one.before)) { <del dir="auto">{{ words.value(one, one.before) }}</del> } @else { <span class="crm-muted">{{ entry.before ? ('audit.empty' | translate) : '–' }}</span> }</td><td [attr.data-label]="'audit.after' | translate">@if (entry.after && isTold(one.after)) { <ins dir="auto">{{ words.value(one, one.after) }}</ins> } @else { <span class="crm-muted">{{ entry.after ? ('audit.empty' | translate) : '–' }}</span> }</td></tr> }</tbody>
              </table>
            } @else { <p class="crm-muted">{{ (entry.erased ? 'audit.erasedText' : 'audit.noChanges') | translate }}</p> }
          </section>
          <section class="crm-card">
            <h2>{{ 'record.facts' | translate }}</h2>
            <dl>
              <div><dt>{{ 'audit.when' | translate }}</dt><dd>{{ entry.occurred_at | crmDate: 'date' }}, {{ entry.occurred_at | crmDate: 'time' }}</dd></div>
              <div><dt>{{ 'audit.who' | translate }}</dt><dd><bdi>{{ words.actor(entry) }}</bdi></dd></div>
              <div><dt>{{ 'audit.from' | translate }}</dt><dd><bdi dir="ltr">{{ entry.ip ?? '–' }}</bdi></dd></div>
              <div><dt>{{ 'audit.browser' | translate }}</dt><dd><bdi dir="ltr">{{ entry.user_agent ?? '–' }}</bdi></dd></div>
              @if (entry.method) { <div><dt>{{ 'audit.request' | translate }}</dt><dd><code dir="ltr">{{ entry.method }} {{ entry.route }}</code></dd></div> }
              @if (entry.status) { <div><dt>{{ 'audit.answer' | translate }}</dt><dd><bdi dir="ltr">HTTP {{ entry.status }}</bdi>@if (entry.duration_ms !== null) {, {{ entry.duration_ms | crmNumber }} {{ 'webhooks.ms' | translate }} }</dd></div> }
              <div><dt>{{ 'audit.position' | translate }}</dt><dd class="crm-number">@if (entry.position !== null) { {{ entry.position | crmNumber }} } @else { {{ 'audit.unsealed' | translate }} }</dd></div>
              @if (entry.entity_id) { <div><dt>{{ 'audit.recordId' | translate }}</dt><dd><code dir="ltr">{{ entry.entity_id }}</code></dd></div> }
              @if (entry.request_id) { <div><dt>{{ 'audit.requestId' | translate }}</dt><dd><code dir="ltr">{{ entry.request_id }}</code></dd></div> }
            </dl>
          </section>
        </div>
      } @else if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="record.reload()" /> }
      @else { <crm-skeleton [height]="56" /><crm-skeleton [height]="280" /> }
    </div>
  `,
  styles: `
    .mark { display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 50%; background: var(--crm-accent-soft); color: var(--crm-accent); } .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(280px, 340px); gap: var(--crm-4); align-items: start; } section { display: grid; gap: var(--crm-3); padding: var(--crm-4); min-inline-size: 0; }
    table { inline-size: 100%; border-collapse: collapse; table-layout: fixed; } th, td { padding: 8px var(--crm-3) 8px 0; text-align: start; vertical-align: top; border-block-end: 1px solid var(--crm-border); font-weight: 400; overflow-wrap: anywhere; } :host-context([dir='rtl']) :is(th, td) { padding: 8px 0 8px var(--crm-3); } tbody tr:last-child > * { border: 0; } thead th { font-size: var(--crm-text-12); color: var(--crm-text-2); } tbody th { font-weight: 500; }
    del, ins { display: inline-block; max-inline-size: 100%; padding: 1px 6px; border-radius: 4px; text-decoration: none; white-space: pre-line; } del { background: var(--crm-lost-soft); color: var(--crm-lost); text-decoration: line-through; text-decoration-color: color-mix(in srgb, currentColor, transparent 50%); } ins { background: var(--crm-won-soft); color: var(--crm-won); }
    dl { display: grid; gap: var(--crm-3); } dt { font-size: var(--crm-text-12); color: var(--crm-text-3); } dd { overflow-wrap: anywhere; } code { font: 400 var(--crm-text-12) ui-monospace, monospace; }
    @media (max-width: 1040px) { .columns { grid-template-columns: minmax(0, 1fr); } } @media (max-width: 720px) { thead { position: absolute; clip-path: inset(50%); } tr, tbody { display: grid; } tbody tr { padding-block: var(--crm-2); border-block-end: 1px solid var(--crm-border); gap: 4px; } tbody tr > * { border: 0; padding: 0 !important; } td { display: grid; grid-template-columns: 64px minmax(0, 1fr); justify-items: start; } td::before { content: attr(data-label); font-size: var(--crm-text-12); color: var(--crm-text-3); } }
  `,
})
export class AuditDetailComponent {
  private readonly api = inject(ApiClient);
  protected readonly words = inject(AuditWords);
  /** The entry's id, from the address. */
  readonly id = input.required<string>();

  protected readonly record = resource({ params: () => this.id(), loader: ({ params: id }) => this.api.get<AuditEntry>(`audit/${id}`) });
  protected readonly entry = computed(() => (this.record.hasValue() ? this.record.value() : null));
  protected readonly problem = computed(() => (this.record.error() ? toProblem(this.record.error()?.cause ?? this.record.error()) : null));
  protected readonly changes = computed(() => { const entry = this.entry(); return entry ? changesOf(entry) : []; });
  protected readonly page = computed(() => { const entry = this.entry(); const base = entry && ENTITY_PATHS[entry.entity]; return base && entry.entity_id ? `${base}/${entry.entity_id}` : null; });
  protected readonly icon = iconOf;
  protected readonly isTold = (value: unknown): boolean => kindOf(value) !== 'empty';

  constructor() {
    effect(() => {
      const entry = this.entry();
      if (entry) untracked(() => void this.words.needValues(entry));
    });
  }
}
