import { ChangeDetectionStrategy, Component, computed, effect, ElementRef, inject, signal, viewChildren } from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { CountPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PaletteGroup, PaletteItem, PaletteSearch } from './palette.search';

/** Typing pauses this long before the API is asked. */
const PAUSE_MS = 160;
const MIN_LETTERS = 2;

/** Search and commands in one box; the keyboard never leaves the input, the list follows it (WAI-ARIA combobox). */
@Component({
  selector: 'crm-palette',
  imports: [TranslatePipe, IconComponent, CountPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 id="crm-palette-title" class="crm-visually-hidden">{{ 'palette.title' | translate }}</h2>
    <div class="box"><crm-icon name="search" />
      <input type="text" role="combobox" aria-expanded="true" aria-controls="crm-palette-list" aria-autocomplete="list" autocomplete="off" spellcheck="false" dir="auto"
        [attr.aria-activedescendant]="active() ? 'crm-option-' + index() : null" [attr.aria-label]="'palette.title' | translate" [placeholder]="'palette.placeholder' | translate" [value]="query()" (input)="query.set($any($event.target).value)" (keydown)="pressed($event)" />
      @if (searching()) { <span class="busy" aria-hidden="true"></span> }
    </div>
    <div class="list" id="crm-palette-list" role="listbox" [attr.aria-label]="'palette.title' | translate">
      @for (group of groups(); track group.key) {
        <div role="group" [attr.aria-label]="group.title"><p aria-hidden="true">{{ group.title }}</p>
          @for (item of group.items; track item.id) {
            <div #option role="option" [id]="'crm-option-' + place(item)" [attr.aria-selected]="item === active()" (pointermove)="index.set(place(item))" (click)="run(item)">
              <crm-icon [name]="item.icon" [size]="16" /><bdi class="crm-ellipsis">{{ item.label }}</bdi>@if (item.detail) { <span class="crm-ellipsis detail"><bdi>{{ item.detail }}</bdi></span> }
            </div>
          }
        </div>
      } @empty { <p class="none">{{ (searching() ? 'palette.searching' : 'palette.none') | translate: { query: query() } }}</p> }
    </div>
    <p class="crm-visually-hidden" role="status">{{ 'palette.results' | translate: { count: flat().length | crmCount } }}</p>
    <footer aria-hidden="true"><span><kbd>↑</kbd><kbd>↓</kbd> {{ 'palette.move' | translate }}</span><span><kbd>↵</kbd> {{ 'palette.open' | translate }}</span><span><kbd>Esc</kbd> {{ 'palette.close' | translate }}</span></footer>
  `,
  styleUrl: './palette.component.scss',
})
export class PaletteComponent {
  private readonly search = inject(PaletteSearch);
  private readonly dialog = inject(MatDialogRef<PaletteComponent>);
  private readonly options = viewChildren<ElementRef<HTMLElement>>('option');
  private readonly found = signal<readonly PaletteGroup[]>([]);

  protected readonly query = signal('');
  protected readonly index = signal(0);
  protected readonly searching = signal(false);
  // Pages and commands first: they are there at once, and records that come later must not move what is about to be opened.
  protected readonly groups = computed(() => [...this.search.commands(this.query().trim()), ...this.found()]);
  protected readonly flat = computed(() => this.groups().flatMap((group) => group.items));
  protected readonly active = computed<PaletteItem | undefined>(() => this.flat()[this.index()]);

  constructor() {
    effect((onCleanup) => {
      const query = this.query().trim();
      this.index.set(0);
      if (query.length < MIN_LETTERS) {
        this.found.set([]);
        this.searching.set(false);
        return;
      }
      this.searching.set(true);
      let stale = false;
      const timer = setTimeout(() => {
        void this.search.records(query).then((groups) => {
          if (stale) return;
          this.found.set(groups);
          this.searching.set(false);
        });
      }, PAUSE_MS);
      onCleanup(() => {
        stale = true;
        clearTimeout(timer);
      });
    });
  }

  protected place(item: PaletteItem): number {
    return this.flat().indexOf(item);
  }

  protected run(item: PaletteItem): void {
    this.dialog.close();
    item.run();
  }

  protected pressed(event: KeyboardEvent): void {
    const count = this.flat().length;
    const target = { ArrowDown: (this.index() + 1) % count, ArrowUp: (this.index() - 1 + count) % count }[event.key];
    if (event.key === 'Enter') {
      event.preventDefault();
      const item = this.active();
      if (item) this.run(item);
    } else if (target !== undefined && count > 0) {
      event.preventDefault();
      this.index.set(target);
      this.options()[target]?.nativeElement.scrollIntoView({ block: 'nearest' });
    }
  }
}
