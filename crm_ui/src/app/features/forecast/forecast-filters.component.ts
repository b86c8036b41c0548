import { ChangeDetectionStrategy, Component, computed, inject, input, output, resource } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { AnalyticsClient, Row } from '@core/analytics/analytics.client';
import { knownValue } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { CheckGroup, CheckItem, CheckMenuComponent } from '@shared/table/check-menu.component';
import { Narrow, NARROWS, NOTHING, Split } from './forecast.model';

const MEMBERS: Readonly<Record<Split, readonly string[]>> = { owner: ['forecast.owner_id', 'forecast.owner', 'forecast.owner_ar'], team: ['forecast.team_id', 'forecast.team', 'forecast.team_ar'], region: ['forecast.region'] };
const MOST = 5_000;

/** Narrows the page to people, teams and regions. Offers come from the forecast itself, so nobody is offered whose forecast the reader may not see. */
@Component({
  selector: 'crm-forecast-filters',
  imports: [TranslatePipe, CheckMenuComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="bar" role="group" [attr.aria-label]="'forecast.narrow' | translate">
      @for (menu of menus(); track menu.name) {
        <span class="one"><span class="crm-muted" aria-hidden="true">{{ 'forecast.' + menu.name | translate }}</span>
          <crm-check-menu look="select" [attr.data-filter]="menu.name" [label]="'forecast.' + menu.name | translate" [groups]="menu.groups" [none]="'forecast.all' | translate" [comma]="'forecast.comma' | translate" (toggled)="toggle(menu.name, $event)" /></span>
      }
      @if (narrowed()) { <button type="button" class="crm-button crm-button--small" (click)="changed.emit(nothing)" data-test="clear">{{ 'forecast.clear' | translate }}</button> }
    </div>
  `,
  styles: `
    .bar { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2) var(--crm-4); } .one { display: inline-flex; align-items: center; gap: var(--crm-2); font-size: var(--crm-text-13); min-inline-size: 0; } crm-check-menu { max-inline-size: 260px; min-inline-size: 120px; }
    @media (max-width: 720px) { .bar { display: grid; } .one { display: grid; grid-template-columns: 72px minmax(0, 1fr); } crm-check-menu { max-inline-size: none; } }
  `,
})
export class ForecastFiltersComponent {
  private readonly analytics = inject(AnalyticsClient);
  private readonly locale = inject(LocaleService);
  private readonly translate = inject(TranslateService);
  /** What is chosen. */
  readonly narrow = input.required<Narrow>();
  /** What is chosen from now on. */
  readonly changed = output<Narrow>();

  protected readonly nothing = NOTHING;
  protected readonly narrowed = computed(() => NARROWS.some((name) => this.narrow()[name].length > 0));
  private readonly rows = resource({
    loader: async () => Object.fromEntries(await Promise.all(NARROWS.map(async (name): Promise<[Split, readonly Row[]]> => [name, (await this.analytics.load({ dimensions: [...MEMBERS[name]], measures: ['forecast.count'], limit: MOST })).rows]))) as Record<Split, readonly Row[]>,
  });
  protected readonly menus = computed(() => {
    const rows = this.rows.hasValue() ? this.rows.value() : null;
    return NARROWS.map((name) => ({ name, groups: [{ title: null, items: this.itemsOf(name, rows?.[name] ?? []) }] as readonly CheckGroup[] }));
  });

  protected toggle(name: Split, { key, checked }: CheckItem): void {
    const before = this.narrow();
    this.changed.emit({ ...before, [name]: checked ? before[name].filter((one) => one !== key) : [...before[name], key] });
  }

  /** Offers by name; what is chosen and no longer offered stays in the list, so that it can be let go of. */
  private itemsOf(name: Split, rows: readonly Row[]): CheckItem[] {
    this.translate.currentLang();
    const [arabic, chosen, [key = '', title = key, titleAr = title]] = [this.locale.language() === 'ar', this.narrow()[name], MEMBERS[name]];
    const offers = new Map(rows.flatMap((row): [string, string][] => {
      const [id, label] = [row[key], (arabic ? row[titleAr] : null) ?? row[title]];
      return id === null || id === undefined || id === '' ? [] : [[String(id), name === 'region' ? knownValue('region', String(id), (word) => String(this.translate.instant(word))) : String(label ?? id)]];
    }));
    for (const one of chosen) if (!offers.has(one)) offers.set(one, one);
    return [...offers].map(([id, label]) => ({ key: id, label, checked: chosen.includes(id) })).sort((one, two) => one.label.localeCompare(two.label, this.locale.language()));
  }
}
