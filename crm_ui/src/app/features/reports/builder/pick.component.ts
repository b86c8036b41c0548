import { ChangeDetectionStrategy, Component, computed, inject, Injectable, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { DialogService } from '@shared/dialog/dialog.service';
import { IconComponent } from '@shared/icon/icon.component';
import { folded } from './catalogue.model';

/** What is chosen from; texts are already translated. */
export interface PickData {
  readonly title: string;
  readonly text: string;
  readonly options: readonly { readonly key: string; readonly label: string }[];
}

const LONG = 8;

/** Chooses one of several, found by typing where they are many. */
@Component({
  selector: 'crm-pick',
  imports: [IconComponent, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2 id="crm-pick-title" tabindex="-1">{{ data.title }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
    <p class="crm-muted"><bdi>{{ data.text }}</bdi></p>
    @if (long) { <input class="crm-input" type="search" [attr.dir]="typed() ? 'auto' : null" [attr.aria-label]="'table.find' | translate" [placeholder]="'table.find' | translate" [value]="typed()" (input)="typed.set($any($event.target).value)" (keydown.enter)="first()" data-first data-test="find-option" /> }
    <ul>@for (one of found(); track one.key) { <li><button type="button" (click)="dialog.close(one.key)" [attr.data-option]="one.key"><bdi>{{ one.label }}</bdi></button></li> } @empty { <li class="crm-muted none">{{ 'table.findNone' | translate }}</li> }</ul>
  `,
  styles: `
    :host { display: grid; grid-template-rows: auto auto auto minmax(0, 1fr); gap: var(--crm-2); padding: var(--crm-4); max-block-size: min(560px, calc(100dvh - 48px)); } header { display: flex; align-items: center; justify-content: space-between; } h2 { font-size: var(--crm-text-16); }
    ul { margin: 0; padding: 0; list-style: none; overflow-y: auto; } li button { inline-size: 100%; min-block-size: 36px; padding: 4px var(--crm-2); text-align: start; border-radius: 4px; } li button:hover, li button:focus-visible { background: var(--crm-accent-soft); } .none { padding: var(--crm-3); text-align: center; }
  `,
})
export class PickComponent {
  protected readonly data = inject<PickData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<PickComponent, string>>(MatDialogRef);
  protected readonly long = this.data.options.length > LONG;
  protected readonly typed = signal('');
  protected readonly found = computed(() => this.data.options.filter(({ label }) => folded(label).includes(folded(this.typed().trim()))));

  /** Enter takes the first that is found. */
  protected first(): void {
    const one = this.typed().trim() === '' ? undefined : this.found()[0];
    if (one) this.dialog.close(one.key);
  }
}

/** Asks which of several. */
@Injectable()
export class PickService {
  private readonly dialogs = inject(DialogService);

  /** The key of what was chosen; undefined where the person left. */
  pick(data: PickData): Promise<string | undefined> {
    return firstValueFrom(this.dialogs.open<PickComponent, PickData, string>(PickComponent, { data, width: 'min(420px, calc(100vw - 24px))', maxWidth: '100vw', ariaLabelledBy: 'crm-pick-title', autoFocus: data.options.length > LONG ? '[data-first]' : 'li button' }).afterClosed());
  }
}
