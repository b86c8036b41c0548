import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { SessionService } from '@core/session/session.service';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { AsofComponent } from './asof/asof.component';
import { ChangesComponent } from './changes/changes.component';
import { FlowComponent } from './flow/flow.component';
import { readAddress, VIEWS } from './pipeline.address';
import { PipelineSpan } from './pipeline.span';
import { PipelineWay } from './pipeline.way';
import { PageReader } from '@shared/format/reader';
import { SpanPickerComponent } from './span-picker.component';
import { StagesComponent } from './stages/stages.component';

/** The pipeline over time: what changed between two instants, from where to where, how the stages go, and how it was at any moment. All that is shown stands in the address. */
@Component({
  selector: 'crm-pipeline',
  imports: [RouterLink, TranslatePipe, IconComponent, PageHeaderComponent, EmptyComponent, ProblemComponent, TabsComponent, AsofComponent, ChangesComponent, FlowComponent, SpanPickerComponent, StagesComponent],
  providers: [PipelineWay, PipelineSpan],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'pipeline.title' | translate" [subtitle]="'pipeline.subtitle' | translate">
        <button slot="actions" type="button" class="crm-icon-button" (click)="way.refresh()" [attr.aria-label]="'home.refresh' | translate" [title]="'home.refresh' | translate"><crm-icon name="refresh" [size]="17" /></button>
      </crm-page-header>
      @switch (state()) {
        @case ('off') {
          <section class="crm-card"><crm-empty icon="toggle" [title]="'admin.gate.off' | translate" [text]="'admin.gate.offText' | translate">@if (maySwitch()) { <a class="crm-button crm-button--primary" routerLink="/admin/features">{{ 'nav.features' | translate }}</a> }</crm-empty></section>
        }
        @case ('closed') { <section class="crm-card"><crm-empty icon="lock" [title]="'problems.forbidden.title' | translate" [text]="'problems.forbidden.cure' | translate" /></section> }
        @default {
          <crm-tabs #t="crmTabs" [tabs]="tabs()" [active]="address().view" (activeChange)="open($event)" [label]="'pipeline.title' | translate" />
          <div class="panel" [id]="t.panelId" role="tabpanel" [attr.aria-labelledby]="t.id + '-' + address().view">
            @if (way.problem(); as problem) { <section class="crm-card"><crm-problem [problem]="problem" (retry)="way.refresh()" /></section> }
            @else {
              @if (address().view !== 'asof') { <crm-span-picker [address]="address()" [begins]="span.begins()" [window]="address().view !== 'stages'" /> }
              @switch (address().view) {
                @case ('changes') { <crm-pipeline-changes /> } @case ('flow') { <crm-pipeline-flow /> } @case ('stages') { <crm-pipeline-stages /> } @case ('asof') { <crm-pipeline-asof /> }
              }
            }
          </div>
        }
      }
    </div>
  `,
  styles: `.panel { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-4); }`,
})
export class PipelineComponent {
  private readonly session = inject(SessionService);
  private readonly words = inject(PageReader);
  protected readonly way = inject(PipelineWay);
  protected readonly span = inject(PipelineSpan);

  /** The part of the page, from the address like all that follows. */
  readonly view = input<string>();
  /** The start of the span, by name or as an instant. */
  readonly from = input<string>();
  /** The end of the span. */
  readonly until = input<string>();
  /** The quarter in which deals close. */
  readonly close = input<string>();
  /** What changes are grouped by. */
  readonly by = input<string>();
  /** The bar or cell whose deals are listed. */
  readonly pick = input<string>();
  /** The group it is narrowed to. */
  readonly of = input<string>();
  /** The moment to travel to. */
  readonly at = input<string>();

  protected readonly address = computed(() =>
    readAddress({ view: this.view(), from: this.from(), until: this.until(), close: this.close(), by: this.by(), pick: this.pick(), of: this.of(), at: this.at() }, new Date(this.way.now() ?? Date.now())));
  protected readonly tabs = computed<Tab[]>(() => VIEWS.map((key) => ({ key, label: this.words.reader().text(`pipeline.views.${key}`) })));
  protected readonly maySwitch = computed(() => this.session.can('flags', 'write'));
  protected readonly state = computed((): 'open' | 'off' | 'closed' => {
    if (!this.session.feature('crm_feature_pipeline_analysis') || !this.session.feature('crm_feature_analytics')) return 'off';
    return this.session.can('deals', 'read') ? 'open' : 'closed';
  });

  constructor() {
    effect(() => {
      const address = this.address();
      untracked(() => this.span.address.set(address));
    });
  }

  protected open(view: string): void {
    void this.way.go({ view: view === 'changes' ? null : view, pick: null, of: null });
  }
}
