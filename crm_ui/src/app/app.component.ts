import { ChangeDetectionStrategy, Component } from '@angular/core';
import { RouterOutlet } from '@angular/router';

/** The root: nothing but the place of the pages. */
@Component({ selector: 'crm-root', imports: [RouterOutlet], changeDetection: ChangeDetectionStrategy.OnPush, template: `<router-outlet />` })
export class AppComponent {}
