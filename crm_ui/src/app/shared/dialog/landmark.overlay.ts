import { OverlayContainer } from '@angular/cdk/overlay';
import { inject, Injectable } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';

/** The layer of menus, panels and messages as a landmark of its own: it stands beside the page, and what is in no landmark is missed by who moves from one to the next. */
@Injectable({ providedIn: 'root' })
export class LandmarkOverlay extends OverlayContainer {
  private readonly translate = inject(TranslateService);

  protected override _createContainer(): void {
    super._createContainer();
    const layer = this._containerElement;
    layer?.setAttribute('role', 'region');
    this.translate.stream('app.overlay').subscribe((name: string) => layer?.setAttribute('aria-label', name));
  }
}
