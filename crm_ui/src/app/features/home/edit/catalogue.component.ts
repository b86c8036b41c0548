import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { IconComponent } from '@shared/icon/icon.component';
import { Meanings, Reader } from '../measure.write';
import { catalogue } from './tile.make';

/** What the catalogue needs. */
export interface CatalogueData {
  readonly meanings: Meanings;
  readonly reader: Reader;
}

/** What was chosen from it. */
export interface CatalogueChoice {
  readonly member: string;
  readonly kind: 'kpi' | 'chart';
}

const SHOWN = 60;

/** Every number that the reader may see, found by words of both languages, to be added as a number or as a chart. */
@Component({
  selector: 'crm-catalogue',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2 id="crm-catalogue-title">{{ 'home.edit.add' | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
    <label class="find"><crm-icon name="search" [size]="16" /><span class="crm-visually-hidden">{{ 'home.edit.find' | translate }}</span><input class="crm-input" type="search" dir="auto" [placeholder]="'home.edit.find' | translate" [value]="typed()" (input)="typed.set($any($event.target).value)" /></label>
    <p class="crm-visually-hidden" role="status">{{ 'table.results' | translate: { count: { value: entries().length, text: '' + entries().length } } }}</p>
    <ul>
      @for (entry of entries(); track entry.member) {
        <li><div><strong><bdi>{{ entry.title }}</bdi></strong> <small class="crm-muted"><bdi>{{ entry.view }}</bdi></small><p>{{ entry.description }}</p></div>
          <span class="do"><button type="button" class="crm-button crm-button--small" (click)="choose(entry.member, 'kpi')"><crm-icon name="gauge" [size]="15" />{{ 'home.edit.asNumber' | translate }}<span class="crm-visually-hidden">: {{ entry.title }}</span></button>
            <button type="button" class="crm-button crm-button--small" (click)="choose(entry.member, 'chart')"><crm-icon name="chart-column" [size]="15" />{{ 'home.edit.asChart' | translate }}<span class="crm-visually-hidden">: {{ entry.title }}</span></button></span></li>
      } @empty { <li class="none">{{ 'table.findNone' | translate }}</li> }
    </ul>
  `,
  styles: `
    :host { display: grid; grid-template-rows: auto auto auto minmax(0, 1fr); block-size: 100%; } header { display: flex; align-items: center; justify-content: space-between; padding: var(--crm-4); } h2 { font-size: var(--crm-text-16); }
    .find { position: relative; display: block; margin-inline: var(--crm-4); } .find crm-icon { position: absolute; inset-block: 0; inset-inline-start: 10px; margin-block: auto; color: var(--crm-text-3); } .find .crm-input { padding-inline-start: 34px; inline-size: 100%; }
    ul { overflow: auto; padding: var(--crm-2) var(--crm-4) var(--crm-4); } li { display: grid; gap: var(--crm-2); padding-block: var(--crm-3); border-block-end: 1px solid var(--crm-border); font-size: var(--crm-text-13); } p { color: var(--crm-text-2); display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; } strong { font-weight: 600; margin-inline-end: var(--crm-2); } .do { display: flex; gap: var(--crm-2); } .none { color: var(--crm-text-3); text-align: center; }
  `,
})
export class CatalogueComponent {
  private readonly data = inject<CatalogueData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<CatalogueComponent, CatalogueChoice>>(MatDialogRef);
  protected readonly typed = signal('');
  protected readonly entries = computed(() => catalogue(this.data.meanings, this.typed(), this.data.reader).slice(0, SHOWN));

  protected choose(member: string, kind: CatalogueChoice['kind']): void {
    this.dialog.close({ member, kind });
  }
}
