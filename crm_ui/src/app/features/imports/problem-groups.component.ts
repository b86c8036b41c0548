import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { CountPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { CatalogueEntity, ProblemGroup } from './import.model';
import { LabelPipe } from './label.pipe';

/** A way out of a problem that the mapping can give. */
export type Fix =
  | { readonly kind: 'alias'; readonly field: string; readonly from: string; readonly to: string }
  | { readonly kind: 'create' | 'empty'; readonly field: string }
  | { readonly kind: 'dmy' | 'mdy'; readonly field: string };

/** The bound or form that the API's sentence names, for the same sentence in another language. */
const limitOf = (message: string): string => /(?:at least|at most|have the form) (.+?)(?: characters)?\.$/.exec(message)?.[1] ?? '';

/** What is wrong with rows, most frequent first, with the ways out. */
@Component({
  selector: 'crm-problem-groups',
  imports: [TranslatePipe, CountPipe, IconComponent, LabelPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (group of groups(); track $index) {
        <li>
          <span class="count crm-number">{{ 'imports.rows' | translate: { count: group.count | crmCount } }}</span>
          <div class="words">
            <strong>@if (fieldLabel(group); as label) { {{ label | crmLabel }}@if (group.value) { : <bdi>“{{ group.value }}”</bdi> } } @else { {{ 'imports.wholeRow' | translate }} }</strong>
            <p class="crm-muted">{{ wordsOf(group) }}</p>
          </div>
          @if (fixable()) {
            <div class="fixes">
              @for (fix of fixesOf(group); track fix.kind) {
                <button type="button" class="crm-button crm-button--small" (click)="chosen.emit(fix)">
                  <crm-icon name="sparkles" [size]="14" />{{ 'imports.fix.' + fix.kind | translate: { value: group.suggestion } }}
                </button>
              }
            </div>
          }
        </li>
      }
    </ul>
  `,
  styles: `
    ul { display: grid; } li { display: grid; grid-template-columns: 88px minmax(0, 1fr) auto; gap: var(--crm-1) var(--crm-4); align-items: start; padding-block: var(--crm-3); border-block-start: 1px solid var(--crm-border); }
    li:first-child { border-block-start: 0; } .count { font-weight: 600; color: var(--crm-risk); } .words { min-inline-size: 0; overflow-wrap: anywhere; } .fixes { display: flex; flex-wrap: wrap; gap: var(--crm-2); justify-content: end; }
    @media (max-width: 720px) { li { grid-template-columns: 1fr; } .fixes { justify-content: start; } }
  `,
})
export class ProblemGroupsComponent {
  private readonly translate = inject(TranslateService);
  /** The problems. */
  readonly groups = input.required<readonly ProblemGroup[]>();
  /** The entity that the rows are, for the names of fields. */
  readonly entity = input<CatalogueEntity | null>(null);
  /** Offers ways out. */
  readonly fixable = input(false);
  /** The way out that the person chose. */
  readonly chosen = output<Fix>();

  protected fieldLabel(group: ProblemGroup): { en: string; ar: string } | null {
    return this.entity()?.fields.find((field) => field.key === group.field)?.label ?? null;
  }

  /** The reader's language where the code is known there; the API's English sentence names further details. */
  protected wordsOf(group: ProblemGroup): string {
    const key = `imports.problem.${group.code}`;
    const text: unknown = this.translate.instant(key, { value: group.value ?? '', suggestion: group.suggestion ?? '', limit: limitOf(group.message) });
    return typeof text === 'string' && text !== key ? text : group.message;
  }

  protected fixesOf(group: ProblemGroup): readonly Fix[] {
    const { field, value } = group;
    if (field === null) return [];
    if (group.code === 'date_invalid' || group.code === 'timestamp_invalid') {
      return /^\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{4}/.test(value ?? '') ? [{ kind: 'dmy', field }, { kind: 'mdy', field }] : [];
    }
    if (group.code !== 'reference_unknown') return [];
    const definition = this.entity()?.fields.find((candidate) => candidate.key === field);
    const fixes: Fix[] = group.suggestion !== null && value !== null ? [{ kind: 'alias', field, from: value, to: group.suggestion }] : [];
    if (definition?.can_create === true) fixes.push({ kind: 'create', field });
    if (definition?.required !== true && fixes.length < 2) fixes.push({ kind: 'empty', field });
    return fixes;
  }
}
