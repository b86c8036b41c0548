import { ChangeDetectionStrategy, Component, computed, effect, ElementRef, inject, input, signal, untracked, viewChild } from '@angular/core';
import { Router } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { LocaleService } from '@core/i18n/locale.service';
import { TranslatedTitleStrategy } from '@core/i18n/title.strategy';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { TabsComponent } from '@shared/states/tabs.component';
import { AdminWords } from '../admin.words';
import { changesBetween, ShownVersion } from './role.calc';
import { RoleChangesComponent } from './role-changes.component';
import { RoleFieldsComponent } from './role-fields.component';
import { RoleForm } from './role.form';
import { RoleHistoryComponent } from './role-history.component';
import { RoleMatrixComponent } from './role-matrix.component';
import { RoleStore } from './role.store';

/** One role: the matrix, the fields, the past, and what would change before it does. */
@Component({
  selector: 'crm-role-editor',
  imports: [TranslatePipe, CountPipe, IconComponent, PageHeaderComponent, ProblemComponent, RoleChangesComponent, RoleFieldsComponent, RoleHistoryComponent, RoleMatrixComponent, SkeletonComponent, TabsComponent],
  providers: [RoleStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(window:beforeunload)': 'leaving($event)' },
  template: `
    <div class="crm-page">
      @if (store.draft(); as draft) {
        <crm-page-header [title]="words.name(draft)" [subtitle]="'admin.roles.editText' | translate" backTo="/admin/roles" [backLabel]="'admin.roles.title' | translate">
          <code slot="after" dir="ltr">{{ draft.key }}</code>
          <button slot="actions" type="button" class="crm-button" (click)="rename()"><crm-icon name="pencil" [size]="16" />{{ 'admin.roles.rename' | translate }}</button>
          @if (mayDelete()) { <button slot="actions" type="button" class="crm-button crm-button--ghost" (click)="remove()"><crm-icon name="trash" [size]="16" />{{ 'shared.delete' | translate }}</button> }
        </crm-page-header>
        <section class="crm-card">
          <crm-tabs #tabs="crmTabs" class="tabs" [tabs]="tabList()" [(active)]="tab" [label]="'admin.roles.parts' | translate" />
          <div role="tabpanel" [id]="tabs.panelId" [attr.aria-labelledby]="tabs.id + '-' + tab()">
            @switch (tab()) {
              @case ('fields') { <crm-role-fields /> }
              @case ('history') { <crm-role-history (wanted)="revert($event)" /> }
              @default { <crm-role-matrix /> }
            }
          </div>
        </section>
        @if (store.changes().length) {
          <section class="bar crm-card" [attr.aria-label]="'admin.roles.pending' | translate">
            @if (store.refused(); as problem) { <crm-problem [problem]="problem" [inline]="true" [retryable]="false" /> }
            <details><summary>{{ 'admin.roles.changes' | translate: { count: store.changes().length | crmCount } }}</summary><crm-role-changes [changes]="store.changes()" /></details>
            <div class="do">
              <button type="button" class="crm-button" (click)="store.discard()">{{ 'admin.discard' | translate }}</button>
              <button type="button" class="crm-button crm-button--primary" [attr.aria-disabled]="store.saving()" (click)="save()" data-test="save-role">{{ 'admin.roles.save' | translate }}</button>
            </div>
          </section>
        }
        <p class="crm-visually-hidden" role="status">{{ said() }}</p>
      } @else if (store.problem(); as problem) { <crm-problem [problem]="problem" (retry)="store.load(id())" /> }
      @else { <crm-skeleton [height]="56" /><crm-skeleton [height]="480" /> }
    </div>
  `,
  styles: `
    .tabs { padding-inline: var(--crm-4); } code { font: 500 var(--crm-text-12) var(--crm-font); padding: 2px 8px; border-radius: 999px; background: var(--crm-stale-soft); color: var(--crm-text-2); }
    .bar { position: sticky; inset-block-end: var(--crm-4); z-index: 5; display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: start; gap: var(--crm-3); padding: var(--crm-3) var(--crm-4); background: var(--crm-raised); box-shadow: var(--crm-shadow); } .bar crm-problem { grid-column: 1 / -1; }
    .do { display: flex; gap: var(--crm-2); } summary { cursor: pointer; font-weight: 600; min-block-size: var(--crm-control); align-content: center; inline-size: fit-content; } details[open] { max-block-size: 40dvh; overflow-y: auto; }
    @media (max-width: 720px) { .bar { inset-block-end: calc(64px + env(safe-area-inset-bottom)); grid-template-columns: minmax(0, 1fr); } .do .crm-button { flex: 1; } }
  `,
})
export class RoleEditorComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly form = inject(RoleForm);
  private readonly locale = inject(LocaleService);
  private readonly title = inject(TranslatedTitleStrategy);
  private readonly tabs = viewChild<TabsComponent, ElementRef<HTMLElement>>(TabsComponent, { read: ElementRef });
  protected readonly store = inject(RoleStore);
  protected readonly words = inject(AdminWords);
  /** The role's id, from the address. */
  readonly id = input.required<string>();

  protected readonly tab = signal('matrix');
  protected readonly said = signal('');
  protected readonly mayDelete = computed(() => this.session.can('roles', 'delete') && this.store.role()?.key !== 'admin');
  protected readonly tabList = computed(() => ['matrix', 'fields', 'history'].map((key) => ({ key, label: this.words.text(`admin.roles.tab.${key}`) })));

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.store.load(id));
    });
    effect(() => {
      const role = this.store.role();
      this.locale.language();
      if (role) this.title.name(this.words.name(role));
    });
  }

  /** Asks before changes are lost. */
  mayLeave(): boolean | Promise<boolean> {
    if (this.store.changes().length === 0) return true;
    return this.confirm.ask({ title: this.words.text('admin.leave'), text: this.words.text('admin.leaveText'), action: this.words.text('admin.discard'), danger: true });
  }

  protected leaving(event: Event): void {
    if (this.store.changes().length > 0) event.preventDefault();
  }

  protected async save(): Promise<void> {
    const before = this.store.role()?.version;
    if (!(await this.store.save()) || before === undefined) return;
    this.said.set(this.words.text('admin.roles.saved'));
    // The bar with the focus is gone: the reader goes on at the tabs.
    this.tabs()?.nativeElement.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
    if (await this.notice.undoable(this.words.text('admin.roles.saved'))) await this.bring(before);
  }

  protected async revert(version: ShownVersion): Promise<void> {
    const role = this.store.role();
    if (!role) return;
    const number = this.words.text('admin.roles.version', { number: this.words.number(version.version) });
    const changes = changesBetween(role, version.content).slice(0, 12).map((change) => `${this.words.subject(change)}: ${this.words.side(change, change.before)} ← ${this.words.side(change, change.after)}`);
    const text = changes.length > 0 ? changes.map((line) => `\u2068${this.locale.direction() === 'rtl' ? line : line.replace('←', '→')}\u2069`).join('\n') : this.words.text('admin.roles.revertSame');
    if (await this.confirm.ask({ title: this.words.text('admin.roles.revertTo', { version: number }), text, action: this.words.text('admin.roles.revert') })) await this.bring(version.version);
  }

  protected async rename(): Promise<void> {
    const draft = this.store.draft();
    const names = draft && await this.form.rename(draft);
    if (names) this.store.setNames(names);
  }

  protected async remove(): Promise<void> {
    const role = this.store.role();
    if (!role || !(await this.confirm.ask({ title: this.words.text('admin.roles.removeTitle', { name: this.words.name(role) }), text: this.words.text('admin.roles.removeText'), action: this.words.text('shared.delete'), danger: true }))) return;
    try {
      await this.api.remove(`roles/${role.id}`);
      this.store.discard();
      await this.router.navigateByUrl('/admin/roles');
    } catch (error) {
      this.notice.fail(error);
    }
  }

  private async bring(version: number): Promise<void> {
    if (await this.store.revert(version)) this.notice.say(this.words.text('admin.roles.reverted'));
    else this.notice.fail(this.store.refused());
  }
}
