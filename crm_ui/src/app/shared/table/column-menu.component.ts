import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { IconComponent } from '../icon/icon.component';
import { CheckGroup, CheckItem, CheckMenuComponent } from './check-menu.component';
import { ColumnChoiceService } from './column-choice.service';
import { headingOf } from './column-name.pipe';
import { TableColumn } from './table.model';

/** Chooses the columns of a list. What names a row always stays. */
@Component({
  selector: 'crm-column-menu',
  imports: [TranslatePipe, CheckMenuComponent, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <crm-check-menu [label]="'table.columns' | translate" [groups]="groups()" (toggled)="toggle($event)" data-test="columns"><crm-icon name="columns" [size]="16" /><span>{{ 'table.columns' | translate }}</span>
      <div slot="foot" class="foot"><button type="button" class="crm-button crm-button--ghost crm-button--small" [attr.aria-disabled]="usual()" (click)="choice.reset(list())" data-test="reset-columns"><crm-icon name="undo" [size]="15" />{{ 'table.resetColumns' | translate }}</button></div>
    </crm-check-menu>
  `,
  styles: `.foot { flex: none; padding: var(--crm-1); border-block-start: 1px solid var(--crm-border); }`,
})
export class ColumnMenuComponent<T> {
  private readonly translate = inject(TranslateService);
  protected readonly choice = inject(ColumnChoiceService);
  /** The list whose columns they are. */
  readonly list = input.required<string>();
  /** The columns that the list has by itself. */
  readonly columns = input.required<readonly TableColumn<T>[]>();
  /** Those that are shown where they are wanted. */
  readonly extras = input.required<readonly TableColumn<T>[]>();
  /** This column is shown from now on. */
  readonly added = output<string>();

  protected readonly usual = computed(() => { const { hidden, added } = this.choice.of(this.list()); return hidden.length === 0 && added.length === 0; });
  protected readonly groups = computed((): CheckGroup[] => {
    this.translate.currentLang();
    const { hidden, added } = this.choice.of(this.list());
    const item = (column: TableColumn<T>, checked: boolean): CheckItem => ({ key: column.key, label: headingOf(column, this.translate), checked, locked: column.card === 'title' });
    const groups: CheckGroup[] = [
      { title: null, items: this.columns().map((column) => item(column, column.card === 'title' || !hidden.includes(column.key))) },
      { title: String(this.translate.instant('extend.card')), items: this.extras().map((column) => item(column, added.includes(column.key))) },
    ];
    return groups.filter(({ items }) => items.length > 0);
  });

  protected toggle({ key, checked }: CheckItem): void {
    this.choice.show(this.list(), key, { usual: this.columns().some((column) => column.key === key), shown: !checked });
    if (!checked) this.added.emit(key);
  }
}
