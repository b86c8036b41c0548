import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { NumberPipe } from '@shared/format/format.pipes';
import { CatalogueResource, FieldRule } from '../admin.model';
import { AdminWords } from '../admin.words';
import { RoleStore } from './role.store';

type Choice = FieldRule | 'shown';

/** Which fields of a kind of record a role does not show, or does not let write. */
@Component({
  selector: 'crm-role-fields',
  imports: [TranslatePipe, NumberPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="kinds" role="group" [attr.aria-label]="'admin.roles.resource' | translate">
      @for (one of resources(); track one.name) {
        <button type="button" [attr.aria-pressed]="one.name === shown()?.name" (click)="chosen.set(one.name)" [attr.data-resource]="one.name">{{ words.resource(one.name) }}@if (countOf(one.name); as count) { <span class="count crm-number">{{ count | crmNumber }}</span> }</button>
      }
    </div>
    @if (shown(); as resource) {
      <ul [attr.aria-label]="words.resource(resource.name)">
        @for (field of sorted(); track field.name) {
          <li [class.changed]="ruleOf(field.name) !== storedOf(field.name)" [attr.data-field]="field.name">
            <span class="name"><bdi>{{ nameOf(field) }}</bdi>@if (field.label) { <span class="crm-muted">{{ 'admin.roles.custom' | translate }}</span> }</span>
            <div class="rules" role="radiogroup" [attr.aria-label]="nameOf(field)">
              @for (rule of rules; track rule) {
                <label [class.on]="ruleOf(field.name) === rule" [class.cannot]="!can(field, rule)" [title]="can(field, rule) ? '' : ('admin.roles.cannot' | translate)">
                  <input class="crm-visually-hidden" type="radio" [name]="'rule-' + resource.name + '-' + field.name" [value]="rule" [checked]="ruleOf(field.name) === rule" [disabled]="!can(field, rule)" (change)="set(field.name, rule)" />{{ 'admin.rule.' + rule | translate }}
                </label>
              }
            </div>
          </li>
        }
      </ul>
    }
  `,
  styles: `
    :host { display: grid; grid-template-columns: minmax(160px, 220px) minmax(0, 1fr); }
    .kinds { display: grid; align-content: start; gap: 2px; padding: var(--crm-3); border-inline-end: 1px solid var(--crm-border); }
    .kinds button { display: flex; align-items: center; justify-content: space-between; gap: var(--crm-2); min-block-size: 32px; padding-inline: var(--crm-3); border-radius: var(--crm-radius); text-align: start; color: var(--crm-text-2); font-weight: 500; }
    .kinds button:hover { background: var(--crm-hover); } .kinds button[aria-pressed='true'] { background: var(--crm-selected); color: var(--crm-accent-strong); }
    .count { padding: 0 6px; border-radius: 999px; background: var(--crm-risk-soft); color: var(--crm-risk); font-size: var(--crm-text-12); line-height: 18px; }
    li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--crm-2) var(--crm-4); min-block-size: 40px; padding: var(--crm-1) var(--crm-4); border-block-end: 1px solid var(--crm-border); } li:last-child { border-block-end: 0; }
    .name { display: inline-flex; flex-wrap: wrap; gap: 2px 8px; align-items: baseline; } .name .crm-muted { font-size: var(--crm-text-12); }
    li.changed { background: var(--crm-accent-soft); }
    .rules { display: inline-flex; gap: 2px; padding: 2px; border-radius: var(--crm-radius); background: var(--crm-sunken); }
    .rules label { padding: 3px 10px; border-radius: 4px; font-size: var(--crm-text-13); color: var(--crm-text-2); cursor: pointer; white-space: nowrap; } .rules label.on { background: var(--crm-surface); color: var(--crm-text); font-weight: 500; box-shadow: 0 0 0 1px var(--crm-border); }
    .rules label:has(:focus-visible) { outline: 2px solid var(--crm-focus); } .rules .cannot { cursor: not-allowed; color: var(--crm-text-3); opacity: 0.55; }
    @media (max-width: 720px) { :host { grid-template-columns: minmax(0, 1fr); } .kinds { grid-auto-flow: column; grid-auto-columns: max-content; overflow-x: auto; border-inline-end: 0; border-block-end: 1px solid var(--crm-border); } .kinds button { min-block-size: 40px; } .rules { inline-size: 100%; } .rules label { flex: 1; text-align: center; padding-block: 8px; } }
  `,
})
export class RoleFieldsComponent {
  protected readonly store = inject(RoleStore);
  protected readonly words = inject(AdminWords);
  protected readonly rules: readonly Choice[] = ['shown', 'read_only', 'hidden'];
  protected readonly chosen = signal<string | null>(null);
  protected readonly resources = computed(() => this.store.catalogue().filter((one) => one.fields.length > 0));
  protected readonly shown = computed((): CatalogueResource | undefined => this.resources().find((one) => one.name === this.chosen()) ?? this.resources()[0]);
  protected readonly sorted = computed(() => [...(this.shown()?.fields ?? [])].sort((one, two) => this.nameOf(one).localeCompare(this.nameOf(two))));

  protected nameOf({ name }: CatalogueResource['fields'][number]): string {
    return this.words.field(name, this.shown()?.name);
  }

  protected ruleOf(field: string): Choice {
    return this.store.draft()?.fields[this.shown()?.name ?? '']?.[field] ?? 'shown';
  }

  protected storedOf(field: string): Choice {
    return this.store.role()?.fields[this.shown()?.name ?? '']?.[field] ?? 'shown';
  }

  protected countOf(resource: string): number {
    return Object.keys(this.store.draft()?.fields[resource] ?? {}).length;
  }

  protected can(field: CatalogueResource['fields'][number], rule: Choice): boolean {
    return rule === 'shown' || field[rule];
  }

  protected set(field: string, rule: Choice): void {
    this.store.setRule(this.shown()?.name ?? '', field, rule === 'shown' ? null : rule);
  }
}
