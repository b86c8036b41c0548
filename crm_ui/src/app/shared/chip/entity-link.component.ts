import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { MISSING } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { AvatarComponent } from './avatar.component';

/** Where the page of a record stands, by the kind of record. */
export const ENTITY_PATHS: Readonly<Record<string, string>> = { deals: '/sell/deals', accounts: '/sell/accounts', contacts: '/sell/contacts' };

/** The name of a record, leading to its page where it has one; isolated, so that an Arabic name does not turn an English line around, and cut at the end of its own direction. */
@Component({
  selector: 'crm-entity-link',
  imports: [RouterLink, AvatarComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (to(); as record) {
      @if (avatar()) { <crm-avatar [name]="name()" [size]="22" [square]="kind() === 'accounts'" /> }
      @if (path(); as address) { <a class="crm-ellipsis" dir="auto" [routerLink]="address"><bdi>{{ name() }}</bdi></a> } @else { <bdi class="crm-ellipsis">{{ name() }}</bdi> }
    } @else { <span class="crm-muted">{{ missing }}</span> }
  `,
  styles: `:host { display: inline-flex; align-items: center; gap: var(--crm-2); min-inline-size: 0; max-inline-size: 100%; } a { color: var(--crm-text); font-weight: 500; } a:hover { color: var(--crm-accent); }`,
})
export class EntityLinkComponent {
  /** The kind: `deals`, `accounts`, `contacts`, or one without a page such as `users`. */
  readonly kind = input.required<string>();
  /** The record. */
  readonly to = input.required<{ readonly id: string; readonly name: string; readonly name_ar?: string | null } | null | undefined>();
  /** Shows the initials before the name. */
  readonly avatar = input(false);

  private readonly locale = inject(LocaleService);
  protected readonly missing = MISSING;
  protected readonly name = computed(() => {
    const record = this.to();
    return record ? (this.locale.language() === 'ar' && record.name_ar) || record.name : '';
  });
  protected readonly path = computed(() => {
    const base = ENTITY_PATHS[this.kind()];
    const record = this.to();
    return base && record ? `${base}/${record.id}` : null;
  });
}
