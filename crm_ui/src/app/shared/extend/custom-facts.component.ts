import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { FactComponent } from '../record/fact.component';
import { CustomFieldsService } from './custom-fields.service';
import { CustomValues, hrefOf, labelOf, shownValue } from './custom.model';

/** The custom fields of a record with their values; nothing where there are none. They are edited with the record's own fields. */
@Component({
  selector: 'crm-custom-facts',
  imports: [TranslatePipe, FactComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (facts().length) {
      <section class="crm-card" data-test="custom-facts">
        <h2>{{ 'extend.card' | translate }}</h2>
        @for (fact of facts(); track fact.key) {
          <crm-fact [label]="fact.label">
            @if (fact.text === null) { – } @else if (fact.href) { <a class="ltr" [href]="fact.href" target="_blank" rel="noopener noreferrer">{{ fact.text }}</a> } @else { <bdi class="prose" [class.crm-number]="fact.number">{{ fact.text }}</bdi> }
          </crm-fact>
        }
      </section>
    }
  `,
  styles: `section { display: grid; gap: 2px; padding: var(--crm-4); } h2 { margin-block-end: var(--crm-1); } .prose { white-space: pre-line; overflow-wrap: anywhere; } .ltr { direction: ltr; unicode-bidi: isolate; display: inline-block; overflow-wrap: anywhere; } :host:not(:has(section)) { display: none; }`,
})
export class CustomFactsComponent {
  private readonly customs = inject(CustomFieldsService);
  /** The kind of record. */
  readonly entity = input.required<string>();
  /** The record's values by key; null while the feature is off. */
  readonly values = input<CustomValues | null | undefined>(null);

  protected readonly facts = computed(() => {
    const values = this.values();
    if (!values) return [];
    const show = this.customs.show();
    return this.customs.of(this.entity()).map((field) => {
      const value = values[field.key] ?? null;
      return { key: field.key, label: labelOf(field, show.language), text: shownValue(field, value, show), href: hrefOf(field, value), number: ['integer', 'decimal', 'money', 'date', 'datetime'].includes(field.type) };
    });
  });

  constructor() {
    effect(() => void this.customs.load(this.entity()));
  }
}
