import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, ValuePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminLookup } from '../admin.lookup';
import { AdminUser, Team } from '../admin.model';
import { AdminWords } from '../admin.words';
import { TeamForm } from './team.form';
import { teamless, treeOf } from './team.tree';

/** Regions, their teams, and the people in them: what "team" and "region" mean in every role. */
@Component({
  selector: 'crm-teams',
  imports: [RouterLink, TranslatePipe, AvatarComponent, CountPipe, EmptyComponent, IconComponent, PageHeaderComponent, ProblemComponent, SkeletonComponent, ValuePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'admin.teams.title' | translate" [subtitle]="'admin.teams.text' | translate">
        <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()"><crm-icon name="plus" [size]="16" />{{ 'admin.teams.new' | translate }}</button>
      </crm-page-header>
      @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="data.reload()" /> }
      @else if (data.hasValue()) {
        @if (tree().length === 0) { <crm-empty icon="network" [title]="'admin.teams.none' | translate" [text]="'admin.teams.text' | translate"><button type="button" class="crm-button crm-button--primary" (click)="create()">{{ 'admin.teams.new' | translate }}</button></crm-empty> }
        @for (region of tree(); track region.region) {
          <section class="crm-card">
            <header><crm-icon name="globe" [size]="16" /><h2>{{ region.region ? (region.region | crmValue: 'region') : ('admin.teams.noRegion' | translate) }}</h2><span class="crm-muted">{{ 'admin.teams.people' | translate: { count: region.people | crmCount } }}</span></header>
            <ul>
              @for (node of region.teams; track node.team.id) {
                <li [attr.data-team]="node.team.id">
                  <details>
                    <summary><crm-icon name="chevron-right" class="turn" [size]="16" /><strong class="crm-ellipsis"><bdi>{{ words.name(node.team) }}</bdi></strong><span class="crm-muted size">{{ 'admin.teams.people' | translate: { count: node.members.length | crmCount } }}</span>
                      <span class="lead crm-muted">{{ 'admin.teams.manager' | translate }}: @if (node.team.manager; as manager) { <bdi>{{ nameOf(manager) }}</bdi> } @else { – }</span></summary>
                    <ul class="members">
                      @for (user of node.members; track user.id) { <li><crm-avatar [name]="words.name(user)" [size]="22" /><a [routerLink]="'/admin/users/' + user.id" class="crm-ellipsis"><bdi>{{ words.name(user) }}</bdi></a><span class="crm-muted crm-ellipsis"><bdi>{{ user.job_title }}</bdi></span></li> }
                      @empty { <li class="crm-muted">{{ 'admin.teams.nobody' | translate }}</li> }
                    </ul>
                  </details>
                  <div class="do">
                    <button type="button" class="crm-icon-button crm-icon-button--small" (click)="edit(node.team)" [attr.aria-label]="('shared.edit' | translate) + ': ' + words.name(node.team)" [title]="'shared.edit' | translate"><crm-icon name="pencil" [size]="15" /></button>
                    @if (mayDelete() && node.members.length === 0) { <button type="button" class="crm-icon-button crm-icon-button--small" (click)="remove(node.team)" [attr.aria-label]="('shared.delete' | translate) + ': ' + words.name(node.team)" [title]="'shared.delete' | translate"><crm-icon name="trash" [size]="15" /></button> }
                  </div>
                </li>
              }
            </ul>
          </section>
        }
        @if (alone().length) {
          <section class="crm-card"><header><crm-icon name="user" [size]="16" /><h2>{{ 'admin.teams.teamless' | translate }}</h2><span class="crm-muted">{{ 'admin.teams.people' | translate: { count: alone().length | crmCount } }}</span></header>
            <ul class="members flat">@for (user of alone(); track user.id) { <li><crm-avatar [name]="words.name(user)" [size]="22" /><a [routerLink]="'/admin/users/' + user.id" class="crm-ellipsis"><bdi>{{ words.name(user) }}</bdi></a><span class="crm-muted crm-ellipsis"><bdi>{{ user.job_title }}</bdi></span></li> }</ul>
          </section>
        }
      } @else { <crm-skeleton [height]="180" /><crm-skeleton [height]="180" /> }
    </div>
  `,
  styles: `
    section { min-inline-size: 0; overflow: hidden; } header { display: flex; align-items: center; gap: var(--crm-2); padding: var(--crm-3) var(--crm-4); background: var(--crm-sunken); border-block-end: 1px solid var(--crm-border); } header h2 { font-size: var(--crm-text-14); } header crm-icon { color: var(--crm-text-3); } header .crm-muted, .size, .lead { font-size: var(--crm-text-13); }
    section > ul:not(.flat) > li { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: start; border-block-end: 1px solid var(--crm-border); } section > ul:not(.flat) > li:last-child { border: 0; }
    summary { display: grid; grid-template-columns: auto minmax(140px, 1.2fr) minmax(90px, 0.6fr) minmax(140px, 1.4fr); align-items: center; gap: var(--crm-3); min-block-size: 44px; padding-inline: var(--crm-4); cursor: pointer; list-style: none; } summary::-webkit-details-marker { display: none; } section > ul:not(.flat) > li:hover:has(> details:not([open])) { background: var(--crm-hover); } summary:focus-visible { outline-offset: -2px; }
    strong { font-weight: 500; } .turn { color: var(--crm-text-3); transition: transform var(--crm-fast); } details[open] .turn { transform: rotate(90deg); }
    .do { display: flex; padding: 8px var(--crm-2); } .members { padding: 0 var(--crm-4) var(--crm-3) 40px; display: grid; gap: 2px; } .members.flat { padding: var(--crm-2) var(--crm-4); } :host-context([dir='rtl']) .members:not(.flat) { padding: 0 40px var(--crm-3) var(--crm-4); }
    .members li { display: grid; grid-template-columns: auto minmax(0, 1fr) minmax(0, 1fr); align-items: center; gap: var(--crm-3); min-block-size: 32px; border: 0; } .members a { color: var(--crm-text); } .members li.crm-muted { grid-template-columns: 1fr; }
    @media (max-width: 720px) { summary { grid-template-columns: auto minmax(0, 1fr) auto; padding-block: var(--crm-2); } .lead { grid-column: 2 / -1; } .members li { grid-template-columns: auto minmax(0, 1fr); min-block-size: 40px; } .members li span { display: none; } }
  `,
})
export class TeamsComponent {
  private readonly api = inject(ApiClient);
  private readonly form = inject(TeamForm);
  private readonly lookup = inject(AdminLookup);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  protected readonly words = inject(AdminWords);

  protected readonly data = resource({
    loader: async () => {
      const [teams, users] = await Promise.all([this.lookup.teams(), this.lookup.all<AdminUser>('users')]);
      return { teams, users };
    },
  });
  protected readonly problem = computed(() => (this.data.error() ? toProblem(this.data.error()?.cause ?? this.data.error()) : null));
  private readonly known = computed(() => (this.data.hasValue() ? this.data.value() : { teams: [], users: [] }));
  protected readonly tree = computed(() => {
    const language = this.locale.language();
    return treeOf(this.known().teams, this.known().users, (record) => this.words.name(record), (one, two) => one.localeCompare(two, language));
  });
  protected readonly alone = computed(() => teamless(this.known().teams, this.known().users));
  protected readonly mayDelete = computed(() => this.session.can('teams', 'delete'));

  protected nameOf(person: { readonly id: string; readonly name: string }): string {
    return this.words.name(this.known().users.find((user) => user.id === person.id) ?? person);
  }

  protected async create(): Promise<void> {
    if (await this.form.create(this.known().teams)) this.data.reload();
  }

  protected async edit(team: Team): Promise<void> {
    if (await this.form.edit(team, this.known().teams)) this.data.reload();
  }

  protected async remove(team: Team): Promise<void> {
    const name = this.words.name(team);
    if (!(await this.confirm.ask({ title: this.words.text('admin.teams.removeTitle', { name }), text: this.words.text('admin.teams.removeText'), action: this.words.text('shared.delete'), danger: true }))) return;
    try {
      await this.api.remove(`teams/${team.id}`);
      this.data.reload();
      if (await this.notice.undoable(this.words.text('record.deleted', { name }))) {
        await this.api.post(`teams/${team.id}/restore`, {});
        this.data.reload();
      }
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
