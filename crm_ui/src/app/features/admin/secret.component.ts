import { Clipboard } from '@angular/cdk/clipboard';
import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { IconComponent } from '@shared/icon/icon.component';

/** Something that is shown only this once, with a button that copies it. */
@Component({
  selector: 'crm-secret',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'status' },
  template: `
    <strong>{{ label() }}</strong><p class="crm-muted">{{ text() }}</p>
    <div class="line"><code dir="ltr" tabindex="0" role="textbox" aria-readonly="true" [attr.aria-label]="label()">{{ value() }}</code>
      <button type="button" class="crm-button crm-button--small" (click)="copy()"><crm-icon [name]="copied() ? 'check' : 'copy'" [size]="14" />{{ (copied() ? 'admin.copied' : 'admin.copy') | translate }}</button></div>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); padding: var(--crm-4); border: 1px solid var(--crm-accent); border-radius: var(--crm-radius); background: var(--crm-accent-soft); } p { font-size: var(--crm-text-13); }
    .line { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2); } code { flex: 1 1 220px; min-inline-size: 0; padding: 6px var(--crm-3); border-radius: var(--crm-radius); background: var(--crm-surface); border: 1px solid var(--crm-border); font: 400 var(--crm-text-13) ui-monospace, monospace; overflow-wrap: anywhere; text-align: left; user-select: all; }
  `,
})
export class SecretComponent {
  private readonly clipboard = inject(Clipboard);
  /** What it is. */
  readonly label = input.required<string>();
  /** The secret. */
  readonly value = input.required<string>();
  /** What to do with it. */
  readonly text = input('');
  protected readonly copied = signal(false);

  protected copy(): void {
    this.copied.set(this.clipboard.copy(this.value()));
  }
}
