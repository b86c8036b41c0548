import { ChangeDetectionStrategy, Component } from '@angular/core';
@Component({ selector: 'crm-home', changeDetection: ChangeDetectionStrategy.OnPush, template: `` })
export class HomeComponent {}
