import { ChangeDetectionStrategy, Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { EmptyComponent } from '@shared/states/states.component';

/** The page for an address that leads nowhere. */
@Component({
  selector: 'crm-not-found',
  imports: [RouterLink, TranslatePipe, EmptyComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<div class="crm-page"><crm-empty icon="circle-help" [title]="'notFound.title' | translate" [text]="'notFound.text' | translate"><a class="crm-button crm-button--primary" routerLink="/">{{ 'notFound.home' | translate }}</a></crm-empty></div>`,
})
export class NotFoundComponent {}
