import { ChangeDetectionStrategy, Component, DestroyRef, ElementRef, inject, input, output, signal, viewChild } from '@angular/core';
import { MatAutocomplete, MatAutocompleteSelectedEvent, MatAutocompleteTrigger, MatOption } from '@angular/material/autocomplete';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Reference } from '@core/api/api.client';
import { ListFilter } from '@core/api/list.query';
import { LocaleService } from '@core/i18n/locale.service';
import { ControlDirective } from '../field/field.component';
import { namePair, NamePair } from './names';

const PAUSE_MS = 200;
const OFFERED = 12;

interface Found { readonly id: string; readonly name?: string; readonly name_ar?: string | null; readonly legal_name?: string; readonly legal_name_ar?: string | null; readonly full_name?: string; readonly full_name_ar?: string | null; readonly is_active?: boolean }
interface Offer extends NamePair { readonly id: string }

/** Shows `crm-field` the box inside the picker, so that label, hint and error belong to it. */
class InnerControl {
  constructor(private readonly host: HTMLElement) {}
  /** The box itself. */
  get element(): HTMLElement {
    return this.host.querySelector('input') ?? this.host;
  }
}

/** Chooses another record by typing a part of its name. */
@Component({
  selector: 'crm-reference-picker',
  imports: [MatAutocomplete, MatAutocompleteTrigger, MatOption, TranslatePipe],
  providers: [{ provide: ControlDirective, useFactory: () => new InnerControl(inject<ElementRef<HTMLElement>>(ElementRef).nativeElement) }],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <input #box class="crm-input" type="text" dir="auto" autocomplete="off" [matAutocomplete]="auto" [value]="text()" [placeholder]="'record.pick' | translate" (focus)="search(typed ?? '')" (input)="later($any($event.target).value)" (blur)="leave()" />
    <mat-autocomplete #auto="matAutocomplete" [displayWith]="nameOf" [autoActiveFirstOption]="true" (optionSelected)="take($event)">
      @for (offer of offers(); track offer.id) { <mat-option [value]="offer"><bdi>{{ offer.first }}</bdi>@if (offer.second) { <span class="crm-muted"> · <bdi>{{ offer.second }}</bdi></span> }</mat-option> }
      @if (none()) { <mat-option disabled>{{ 'record.pickNone' | translate }}</mat-option> }
    </mat-autocomplete>
  `,
  styles: `:host { display: grid; }`,
})
export class ReferencePickerComponent {
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  /** The resource that is searched. */
  readonly resource = input.required<string>();
  /** What is chosen. */
  readonly value = input<Reference | null>(null);
  /** Narrows the offers, such as to the contacts of an account. */
  readonly filters = input<readonly ListFilter[]>([]);
  /** What is chosen from now on. */
  readonly chosen = output<Reference | null>();

  protected readonly offers = signal<readonly Offer[]>([]);
  protected readonly none = signal(false);
  protected typed: string | null = null;
  protected readonly nameOf = (offer: Offer | string | null): string => (typeof offer === 'string' ? offer : offer?.first ?? '');
  private readonly box = viewChild<ElementRef<HTMLInputElement>>('box');
  private timer: ReturnType<typeof setTimeout> | undefined;
  private run = 0;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected text(): string {
    return this.typed ?? this.value()?.name ?? '';
  }

  protected later(text: string): void {
    this.typed = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.search(text), PAUSE_MS);
  }

  protected async search(text: string): Promise<void> {
    const run = ++this.run;
    try {
      const page = await this.api.list<Found>(this.resource(), { q: text.trim(), filters: this.filters() }, { limit: OFFERED });
      if (run !== this.run) return;
      const language = this.locale.language();
      this.offers.set(page.items.filter((item) => item.is_active !== false).map((item) => ({ id: item.id, ...namePair(language, item.name ?? item.legal_name ?? item.full_name ?? item.id, item.name_ar ?? item.legal_name_ar ?? item.full_name_ar) })));
    } catch {
      if (run === this.run) this.offers.set([]);
    }
    this.none.set(this.offers().length === 0);
  }

  protected take(event: MatAutocompleteSelectedEvent): void {
    const offer = event.option.value as Offer;
    this.typed = null;
    this.chosen.emit({ id: offer.id, name: offer.first });
  }

  /** What was typed and not chosen is not kept: an empty box means nobody, anything else the one before. */
  protected leave(): void {
    if (this.typed === null) return;
    if (this.typed.trim() === '') this.chosen.emit(null);
    this.typed = null;
    const box = this.box()?.nativeElement;
    // The box shows again what is chosen; a click on an offer comes after this and writes its own name.
    queueMicrotask(() => { if (box && box.value.trim() !== '') box.value = this.value()?.name ?? ''; });
  }
}
