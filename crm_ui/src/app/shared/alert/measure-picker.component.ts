import { ChangeDetectionStrategy, Component, computed, inject, input, model, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { IconComponent } from '@shared/icon/icon.component';
import { AlertWords, MeaningMap } from './alert.words';

const SHOWN = 40;

/** Chooses a number of the catalogue by words of either language, and explains the one that is chosen. */
@Component({
  selector: 'crm-measure-picker',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (measure() && !choosing()) {
      <div class="chosen"><div><strong><bdi>{{ words.title(measure(), meanings()) }}</bdi></strong> <small class="crm-muted"><bdi>{{ view(measure()) }}</bdi></small><p>{{ words.description(measure(), meanings()) }}</p></div>
        <button type="button" class="crm-button crm-button--small" (click)="choosing.set(true)">{{ 'alerts.changeMeasure' | translate }}</button></div>
    } @else {
      <label class="find"><crm-icon name="search" [size]="16" /><span class="crm-visually-hidden">{{ 'alerts.findMeasure' | translate }}</span><input class="crm-input" type="search" dir="auto" [placeholder]="'alerts.findMeasure' | translate" [value]="typed()" (input)="typed.set($any($event.target).value)" data-test="find-measure" /></label>
      <p class="crm-visually-hidden" role="status">{{ 'table.results' | translate: { count: { value: entries().length, text: '' + entries().length } } }}</p>
      <ul>@for (entry of entries(); track entry.member) { <li><button type="button" (click)="choose(entry.member)" [attr.data-member]="entry.member"><strong><bdi>{{ entry.title }}</bdi></strong> <small class="crm-muted"><bdi>{{ entry.view }}</bdi></small></button></li> } @empty { <li class="none">{{ 'table.findNone' | translate }}</li> }</ul>
    }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); font-size: var(--crm-text-13); } .chosen { display: flex; align-items: start; justify-content: space-between; gap: var(--crm-3); padding: var(--crm-3); border: 1px solid var(--crm-border); border-radius: var(--crm-radius); } .chosen p { color: var(--crm-text-2); } strong { font-weight: 600; } .chosen button { flex: none; }
    .find { position: relative; display: block; } .find crm-icon { position: absolute; inset-block: 0; inset-inline-start: 10px; margin-block: auto; color: var(--crm-text-3); } .find .crm-input { padding-inline-start: 34px; }
    ul { max-block-size: 220px; overflow: auto; margin: 0; padding: 0; list-style: none; border: 1px solid var(--crm-border); border-radius: var(--crm-radius); } li button { display: block; inline-size: 100%; padding: 7px var(--crm-3); text-align: start; } li button:hover, li button:focus-visible { background: var(--crm-accent-soft); } li strong { font-weight: 500; } li small { margin-inline-start: var(--crm-2); } .none { padding: var(--crm-3); color: var(--crm-text-3); text-align: center; }
  `,
})
export class MeasurePickerComponent {
  protected readonly words = inject(AlertWords);
  /** All members that the reader may ask for. */
  readonly meanings = input.required<MeaningMap>();
  /** The chosen measure; two-way. */
  readonly measure = model.required<string>();
  protected readonly choosing = signal(false);
  protected readonly typed = signal('');
  protected readonly entries = computed(() => {
    const parts = this.typed().trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return [...this.meanings()]
      .filter(([member, meaning]) => {
        if (meaning.kind !== 'measure' || meaning.unit === 'text') return false;
        const text = [member, meaning.title, meaning.titleAr, meaning.description, meaning.descriptionAr, meaning.view.title, meaning.view.titleAr].join(' ').toLocaleLowerCase();
        return parts.every((part) => text.includes(part));
      })
      .slice(0, SHOWN).map(([member]) => ({ member, title: this.words.title(member, this.meanings()), view: this.view(member) }));
  });

  protected view(member: string): string {
    return this.words.viewTitle(member, this.meanings());
  }

  protected choose(member: string): void {
    this.measure.set(member);
    this.choosing.set(false);
  }
}
