import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { addDays } from '@core/analytics/period';
import { Reference } from '@core/api/api.client';
import { FilterOperator, ListQuery, withFilter } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { LocaleService } from '@core/i18n/locale.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { ReferencePickerComponent } from '@shared/record/reference-picker.component';
import { idOf } from '../privacy/erasure.calc';
import { RecordNames } from '../record.names';
import { ACTION_GROUPS, ACTIONS, ENTITIES } from './audit.calc';
import { AuditEntry } from './audit.model';
import { AuditWords } from './audit.words';

/** What of the log is shown: by whom, what, about which record, when. */
@Component({
  selector: 'crm-audit-filter',
  imports: [TranslatePipe, ControlDirective, FieldComponent, ReferencePickerComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', role: 'search' },
  template: `
    <crm-field [label]="'audit.who' | translate"><crm-reference-picker resource="users" [value]="actor()" (chosen)="set('actor_id', $event?.id ?? '')" /></crm-field>
    <crm-field [label]="'audit.what' | translate"><select crmControl name="action" (change)="setAction($any($event.target).value)"><option value="">{{ 'table.any' | translate }}</option>@for (one of groups; track one) { <option [value]="one" [selected]="one === group()">{{ 'audit.group.' + one | translate }}</option> }@for (one of actions(); track one.value) { <option [value]="one.value" [selected]="one.value === valueOf('action')">{{ one.label }}</option> }</select></crm-field>
    <crm-field [label]="'audit.about' | translate"><select crmControl name="entity" (change)="set('entity', $any($event.target).value)"><option value="">{{ 'table.any' | translate }}</option>@for (one of entities(); track one.value) { <option [value]="one.value" [selected]="one.value === valueOf('entity')">{{ one.label }}</option> }</select></crm-field>
    <crm-field [label]="'audit.recordId' | translate" [error]="wrongId ? ('audit.idWrong' | translate) : null"><input crmControl type="search" dir="ltr" name="record" spellcheck="false" autocomplete="off" [value]="valueOf('entity_id')" (change)="setId($any($event.target).value)" /></crm-field>
    <crm-field [label]="'table.from' | translate"><input crmControl type="date" name="from" [value]="valueOf('occurred_at', 'gte').slice(0, 10)" (change)="setDay('gte', $any($event.target).value)" /></crm-field>
    <crm-field [label]="'table.to' | translate"><input crmControl type="date" name="to" [value]="lastDay()" (change)="setDay('lt', $any($event.target).value)" /></crm-field>
  `,
  styles: `:host { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: var(--crm-3); padding: var(--crm-3) var(--crm-4) var(--crm-4); } @media (max-width: 1200px) { :host { grid-template-columns: repeat(3, minmax(0, 1fr)); } } @media (max-width: 720px) { :host { grid-template-columns: 1fr 1fr; } } :host-context([dir='rtl']) [dir='ltr'] { text-align: right; }`,
})
export class AuditFilterComponent {
  private readonly names = inject(RecordNames);
  private readonly locale = inject(LocaleService);
  private readonly words = inject(AuditWords);
  /** The list that is narrowed; asked for its query at each change, since an input would still have the one before. */
  readonly store = input.required<ListStore<AuditEntry>>();
  /** What shall be shown. */
  readonly queryChange = output<ListQuery>();

  protected wrongId = false;
  protected readonly actions = computed(() => this.sorted(ACTIONS.map((value) => ({ value, label: this.words.action(value) }))));
  protected readonly entities = computed(() => this.sorted(ENTITIES.map((value) => ({ value, label: this.words.entity(value) }))));
  protected readonly groups = Object.keys(ACTION_GROUPS) as (keyof typeof ACTION_GROUPS)[];
  protected readonly group = computed(() => this.groups.find((one) => ACTION_GROUPS[one].join(',') === this.valueOf('action', 'in')) ?? '');
  protected readonly actor = computed((): Reference | null => {
    const id = this.valueOf('actor_id');
    return id ? { id, name: this.names.of('users', id) ?? `…${id.slice(-8)}` } : null;
  });
  /** People think in days: the end is kept as before the next one. */
  protected readonly lastDay = computed(() => { const before = this.valueOf('occurred_at', 'lt'); return before && addDays(before.slice(0, 10), -1); });

  constructor() {
    effect(() => {
      const id = this.valueOf('actor_id');
      if (id) untracked(() => void this.names.need([{ entity: 'users', id }]));
    });
  }

  protected valueOf(field: string, operator: FilterOperator = 'eq'): string {
    return this.store().query().filters.find((one) => one.field === field && one.operator === operator)?.value ?? '';
  }

  protected set(field: string, value: string): void {
    this.queryChange.emit(withFilter(this.store().query(), field, [{ operator: 'eq', value }]));
  }

  protected setAction(value: string): void {
    const group = this.groups.find((one) => one === value);
    this.queryChange.emit(withFilter(this.store().query(), 'action', group ? [{ operator: 'in', value: ACTION_GROUPS[group].join(',') }] : [{ operator: 'eq', value }]));
  }

  protected setId(text: string): void {
    const id = idOf(text);
    this.wrongId = text.trim() !== '' && id === null;
    if (!this.wrongId) this.set('entity_id', id ?? '');
  }

  protected setDay(operator: 'gte' | 'lt', day: string): void {
    const [from, to] = operator === 'gte' ? [day, this.valueOf('occurred_at', 'lt')] : [this.valueOf('occurred_at', 'gte'), day && addDays(day, 1)];
    this.queryChange.emit(withFilter(this.store().query(), 'occurred_at', [{ operator: 'gte', value: from }, { operator: 'lt', value: to }]));
  }

  private sorted<T extends { readonly label: string }>(list: T[]): T[] {
    return list.sort((one, two) => one.label.localeCompare(two.label, this.locale.language()));
  }
}
