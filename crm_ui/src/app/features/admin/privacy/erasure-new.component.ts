import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Reference } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ReferencePickerComponent } from '@shared/record/reference-picker.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Erasure, ERASURE_REASONS, ErasurePreview, SUBJECT_TYPES, SubjectType } from '../admin.model';
import { ErasureRowsComponent } from './erasure-rows.component';
import { idOf, isConfirmed, nameToType } from './erasure.calc';

/** Erasing a person: who, what would go, and the name typed as the last word. */
@Component({
  selector: 'crm-erasure-new',
  imports: [TranslatePipe, ControlDirective, ErasureRowsComponent, FieldComponent, IconComponent, PageHeaderComponent, ProblemComponent, ReferencePickerComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'admin.privacy.new' | translate" [subtitle]="'admin.privacy.newText' | translate" backTo="/admin/privacy" [backLabel]="'admin.privacy.title' | translate" />
      <section class="crm-card">
        <h2>{{ 'admin.privacy.who' | translate }}</h2>
        <div class="pair">
          <crm-field [label]="'admin.privacy.kind' | translate"><select crmControl (change)="kind.set($any($event.target).value); forget()">@for (one of types(); track one) { <option [value]="one" [selected]="one === kind()">{{ 'admin.subject.' + one | translate }}</option> }</select></crm-field>
          <crm-field [label]="'admin.privacy.person' | translate" [hint]="'admin.privacy.personHint' | translate"><crm-reference-picker [resource]="kind() + 's'" [value]="subject()" (chosen)="take($event)" /></crm-field>
        </div>
        <details><summary>{{ 'admin.privacy.byId' | translate }}</summary>
          <form class="pair" (submit)="$event.preventDefault(); byId()"><crm-field [label]="'admin.privacy.id' | translate" [error]="idWrong() ? ('admin.privacy.idWrong' | translate) : null"><input crmControl type="text" dir="ltr" spellcheck="false" autocomplete="off" [value]="typedId()" (input)="typedId.set($any($event.target).value); idWrong.set(false)" /></crm-field>
            <button type="submit" class="crm-button">{{ 'admin.privacy.look' | translate }}</button></form>
        </details>
      </section>
      @if (problem(); as problem) { <crm-problem [problem]="problem" [inline]="true" [retryable]="false" /> }
      @if (looking()) { <section class="crm-card" role="status"><span class="crm-visually-hidden">{{ 'shared.loading' | translate }}</span><crm-skeleton [lines]="6" /></section> }
      @if (preview(); as found) {
        <section class="crm-card" data-test="preview">
          <h2>{{ 'admin.privacy.plan' | translate }}</h2>
          @if (found.identifiers.length === 0) { <p>{{ 'admin.privacy.nothing' | translate }}</p> } @else {
            <p class="crm-muted">{{ 'admin.privacy.identifiersText' | translate }}</p>
            <ul class="names">@for (one of found.identifiers; track one) { <li><bdi>{{ one }}</bdi></li> }</ul>
            <h3>{{ 'admin.privacy.touched' | translate }}</h3>
            <crm-erasure-rows [rows]="found.rows" />
            <p class="note"><crm-icon name="info" [size]="16" />{{ 'admin.privacy.keptText' | translate }}</p>
          }
        </section>
        @if (found.identifiers.length) {
          <section class="crm-card danger">
            <h2>{{ 'admin.privacy.confirm' | translate }}</h2>
            <form novalidate (submit)="$event.preventDefault(); erase()">
              <crm-field [label]="'admin.privacy.reason' | translate"><select crmControl (change)="reason.set($any($event.target).value)">@for (one of reasons; track one) { <option [value]="one" [selected]="one === reason()">{{ 'admin.reason.' + one | translate }}</option> }</select></crm-field>
              <crm-field [label]="'admin.privacy.type' | translate: { name: wanted() }" [error]="tried() && !confirmed() ? ('admin.privacy.typeWrong' | translate: { name: wanted() }) : null"><input crmControl type="text" dir="auto" autocomplete="off" spellcheck="false" name="confirmation" [value]="typed()" (input)="typed.set($any($event.target).value)" /></crm-field>
              <button type="submit" class="crm-button crm-button--danger" [attr.aria-disabled]="busy() || !confirmed()" data-test="erase"><crm-icon name="user-x" [size]="16" />{{ (busy() ? 'admin.privacy.erasing' : 'admin.privacy.erase') | translate }}</button>
            </form>
          </section>
        }
      }
    </div>
  `,
  styles: `
    section { display: grid; gap: var(--crm-3); padding: var(--crm-4); max-inline-size: 860px; } .pair { display: grid; grid-template-columns: minmax(140px, 200px) minmax(0, 1fr); gap: var(--crm-4); align-items: start; } details .pair { grid-template-columns: minmax(0, 1fr) auto; align-items: end; padding-block-start: var(--crm-2); }
    summary { cursor: pointer; color: var(--crm-text-2); font-size: var(--crm-text-13); inline-size: fit-content; } .names { display: flex; flex-wrap: wrap; gap: var(--crm-2); } .names li { padding: 2px 10px; border: 1px solid var(--crm-border); border-radius: 999px; overflow-wrap: anywhere; } h3 { margin-block-start: var(--crm-2); }
    .note { display: flex; gap: var(--crm-2); align-items: flex-start; color: var(--crm-text-2); font-size: var(--crm-text-13); } .note crm-icon { margin-block-start: 1px; } .danger { border-color: var(--crm-lost); } form { display: grid; gap: var(--crm-3); justify-items: start; } form crm-field { inline-size: min(420px, 100%); }
    @media (max-width: 720px) { .pair, details .pair { grid-template-columns: minmax(0, 1fr); } }
  `,
})
export class ErasureNewComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);
  protected readonly reasons = ERASURE_REASONS;
  protected readonly types = computed(() => SUBJECT_TYPES.filter((type) => this.session.can(`${type}s`, 'read')));
  protected readonly kind = signal<SubjectType>('contact');
  protected readonly subject = signal<Reference | null>(null);
  protected readonly typedId = signal('');
  protected readonly idWrong = signal(false);
  protected readonly looking = signal(false);
  protected readonly preview = signal<ErasurePreview | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly reason = signal<string>(ERASURE_REASONS[0]);
  protected readonly typed = signal('');
  protected readonly tried = signal(false);
  protected readonly busy = signal(false);
  protected readonly wanted = computed(() => nameToType(this.subject()?.name ?? '', this.preview()?.identifiers ?? []));
  protected readonly confirmed = computed(() => isConfirmed(this.typed(), this.wanted()));

  protected forget(): void {
    this.subject.set(null);
    this.preview.set(null);
    this.problem.set(null);
    this.typed.set('');
    this.tried.set(false);
  }

  protected byId(): void {
    const id = idOf(this.typedId());
    this.idWrong.set(id === null);
    if (id !== null) void this.take({ id, name: '' });
  }

  protected async take(subject: Reference | null): Promise<void> {
    this.forget();
    this.subject.set(subject);
    if (!subject) return;
    this.looking.set(true);
    try {
      const preview = await this.api.get<ErasurePreview>(`privacy/subjects/${this.kind()}/${subject.id}`);
      // Somebody else may have been chosen while this one was looked at.
      if (this.subject()?.id === subject.id) this.preview.set(preview);
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.looking.set(false);
    }
  }

  protected async erase(): Promise<void> {
    const subject = this.subject();
    this.tried.set(true);
    if (!subject || this.busy() || !this.confirmed()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      const erasure = await this.api.post<Erasure>('privacy/erasures', { subject_type: this.kind(), subject_id: subject.id, reason: this.reason() });
      await this.router.navigateByUrl(`/admin/privacy/${erasure.id}`);
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
