import { CdkTrapFocus } from '@angular/cdk/a11y';
import { CdkConnectedOverlay, CdkOverlayOrigin, ConnectedPosition } from '@angular/cdk/overlay';
import { ChangeDetectionStrategy, Component, computed, input, output, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { IconComponent } from '../icon/icon.component';

/** One thing to tick; texts are already translated. */
export interface CheckItem {
  readonly key: string;
  readonly label: string;
  readonly checked: boolean;
  /** Stays as it is. */
  readonly locked?: boolean;
}

/** Things that belong together. */
export interface CheckGroup {
  /** Above them; null for none. */
  readonly title: string | null;
  readonly items: readonly CheckItem[];
}

/** A list longer than this can be searched. */
const LONG = 12;
const GAP = 4;
const PLACES: ConnectedPosition[] = (['start', 'end'] as const).flatMap((side): ConnectedPosition[] => [
  { originX: side, overlayX: side, originY: 'bottom', overlayY: 'top', offsetY: GAP },
  { originX: side, overlayX: side, originY: 'top', overlayY: 'bottom', offsetY: -GAP },
]);

/** A button that opens a list of check boxes, which stays open while several are ticked. Arrows walk, Space ticks, Escape closes. What stands on the button comes as content, and `[slot=foot]` below the list. */
@Component({
  selector: 'crm-check-menu',
  imports: [CdkConnectedOverlay, CdkOverlayOrigin, CdkTrapFocus, TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button type="button" cdkOverlayOrigin #origin="cdkOverlayOrigin" [class]="look() === 'select' ? 'crm-input select' : 'crm-button'" aria-haspopup="dialog" [attr.aria-expanded]="open()" [attr.aria-label]="look() === 'select' ? label() + ': ' + text() : null" (click)="show()">
      <ng-content />@if (look() === 'select') { <bdi class="crm-ellipsis">{{ text() }}</bdi><crm-icon name="chevron-down" [size]="13" /> }
    </button>
    <ng-template cdkConnectedOverlay [cdkConnectedOverlayOrigin]="origin" [cdkConnectedOverlayOpen]="open()" [cdkConnectedOverlayPositions]="places" [cdkConnectedOverlayViewportMargin]="8" [cdkConnectedOverlayPush]="true" [cdkConnectedOverlayHasBackdrop]="true" cdkConnectedOverlayBackdropClass="cdk-overlay-transparent-backdrop" (backdropClick)="open.set(false)" (detach)="open.set(false)" (overlayKeydown)="pressed($event)">
      <div class="panel" role="dialog" [attr.aria-label]="label()" cdkTrapFocus [cdkTrapFocusAutoCapture]="true">
        @if (long()) { <input class="crm-input find" type="search" dir="auto" [attr.aria-label]="'table.find' | translate" [placeholder]="'table.find' | translate" [value]="word()" (input)="word.set($any($event.target).value)" /> }
        <div class="list">
          @for (group of found(); track $index) {
            <div role="group" [attr.aria-label]="group.title">
              @if (group.title) { <p aria-hidden="true">{{ group.title }}</p> }
              @for (item of group.items; track item.key) {
                <label [class.locked]="item.locked"><input type="checkbox" [checked]="item.checked" [disabled]="item.locked ?? false" [attr.data-key]="item.key" (change)="toggled.emit(item)" /><bdi>{{ item.label }}</bdi></label>
              }
            </div>
          } @empty { <p>{{ 'table.findNone' | translate }}</p> }
        </div>
        <ng-content select="[slot=foot]" />
      </div>
    </ng-template>
  `,
  styles: `
    :host { display: inline-flex; min-inline-size: 0; } .select { display: flex; align-items: center; gap: 4px; text-align: start; min-block-size: 28px; padding: 2px var(--crm-2); font-size: var(--crm-text-12); cursor: pointer; } .select bdi { flex: 1; } .select crm-icon { flex: none; color: var(--crm-text-3); }
    .panel { display: flex; flex-direction: column; inline-size: 280px; max-inline-size: calc(100vw - 16px); max-block-size: min(460px, 70dvh); background: var(--crm-raised); color: var(--crm-text); border: 1px solid var(--crm-border); border-radius: var(--crm-radius-large); box-shadow: var(--crm-shadow); overflow: hidden; }
    .find { margin: var(--crm-2); inline-size: auto; flex: none; } .list { overflow-y: auto; padding: var(--crm-1); min-block-size: 0; } [role=group] + [role=group] { margin-block-start: var(--crm-1); padding-block-start: var(--crm-1); border-block-start: 1px solid var(--crm-border); }
    p { padding: 6px var(--crm-2) 2px; font-size: var(--crm-text-12); color: var(--crm-text-3); } label { display: flex; align-items: center; gap: var(--crm-2); min-block-size: 32px; padding: 4px var(--crm-2); border-radius: 4px; cursor: pointer; } label:hover { background: var(--crm-hover); } label input { flex: none; margin: 0; }
    label bdi { min-inline-size: 0; overflow-wrap: anywhere; } .locked { color: var(--crm-text-2); cursor: default; } @media (pointer: coarse) { label { min-block-size: 40px; } }
  `,
})
export class CheckMenuComponent {
  /** What is chosen here; the name of the list for screen readers. */
  readonly label = input.required<string>();
  /** What can be ticked. */
  readonly groups = input.required<readonly CheckGroup[]>();
  /** A button of the toolbar, or a control of a form, which says what is ticked. */
  readonly look = input<'button' | 'select'>('button');
  /** What the control says while nothing is ticked. */
  readonly none = input('');
  /** Between the words of what is ticked. */
  readonly comma = input(', ');
  /** This one was ticked or cleared; its new state comes back through `groups`. */
  readonly toggled = output<CheckItem>();

  protected readonly places = PLACES;
  protected readonly open = signal(false);
  protected readonly word = signal('');
  private readonly items = computed(() => this.groups().flatMap((group) => group.items));
  protected readonly long = computed(() => this.items().length > LONG);
  protected readonly text = computed(() => this.items().filter(({ checked }) => checked).map(({ label }) => label).join(this.comma()) || this.none());
  protected readonly found = computed(() => {
    const word = this.long() ? this.word().trim().toLocaleLowerCase() : '';
    return this.groups().map(({ title, items }) => ({ title, items: items.filter(({ label }) => label.toLocaleLowerCase().includes(word)) })).filter(({ items }) => items.length > 0);
  });

  protected show(): void {
    this.word.set('');
    this.open.update((open) => !open);
  }

  protected pressed(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.open.set(false);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const panel = (event.target as HTMLElement).closest('.panel');
    if (step === undefined || !panel) return;
    event.preventDefault();
    const boxes = [...panel.querySelectorAll<HTMLInputElement>('input[type=checkbox]:not(:disabled)')];
    const at = boxes.indexOf(event.target as HTMLInputElement);
    boxes[at < 0 ? 0 : (at + step + boxes.length) % boxes.length]?.focus();
  }
}
