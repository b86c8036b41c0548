import { ComponentType } from '@angular/cdk/portal';
import { inject, Injectable } from '@angular/core';
import { MatDialog, MatDialogConfig, MatDialogRef } from '@angular/material/dialog';
import { LocaleService } from '@core/i18n/locale.service';

/** How a panel at the side differs from the next one. */
export interface SidePanel<D> {
  readonly data: D;
  /** In CSS, as long as the screen is wide enough. */
  readonly width: string;
  readonly ariaLabelledBy: string;
  /** What has the focus first. */
  readonly autoFocus: string;
}

/** Opens everything that lies over the page. */
@Injectable({ providedIn: 'root' })
export class DialogService {
  private readonly dialogs = inject(MatDialog);
  private readonly locale = inject(LocaleService);

  /** A dialog that has the focus as soon as it is there: left to the end of its animation, what a person types meanwhile would go astray. */
  open<C, D, R>(component: ComponentType<C>, config: MatDialogConfig<D>): MatDialogRef<C, R> {
    return this.dialogs.open<C, D, R>(component, { delayFocusTrap: false, restoreFocus: true, ...config });
  }

  /** A panel of the screen's height at the end of the line of reading. */
  openAside<C, D, R>(component: ComponentType<C>, { width, ...panel }: SidePanel<D>): MatDialogRef<C, R> {
    const end = this.locale.direction() === 'rtl' ? { left: '0' } : { right: '0' };
    return this.open(component, { ...panel, width: `min(${width}, 100vw)`, maxWidth: '100vw', height: '100dvh', maxHeight: '100dvh', position: { top: '0', ...end }, panelClass: 'crm-side-panel' });
  }
}
