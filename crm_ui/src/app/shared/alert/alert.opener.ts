import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { Tagged } from '@core/api/api.client';
import { SessionService } from '@core/session/session.service';
import { DialogService } from '@shared/dialog/dialog.service';
import { NumberQuestion } from '@shared/kpi/number.model';
import { Alert, AlertSeed, seedOf } from './alert.model';

/** What the form is given: an alert to change with its tag, or what a new one begins with. */
export interface AlertFormData {
  readonly alert: Tagged<Alert> | null;
  readonly seed: AlertSeed;
}

/** Opens the form of an alert in a panel; its code comes with the first use. */
@Injectable({ providedIn: 'root' })
export class AlertOpener {
  private readonly dialogs = inject(DialogService);
  private readonly session = inject(SessionService);

  /** True where this person may set up alerts. */
  available(): boolean {
    return this.session.feature('crm_feature_alerts') && this.session.can('alerts', 'write');
  }

  /** The alert that was saved, or undefined. */
  async open(data: AlertFormData): Promise<Alert | undefined> {
    const { AlertFormComponent } = await import('./alert-form.component');
    const dialog = this.dialogs.openAside<unknown, AlertFormData, Alert>(AlertFormComponent, { data, width: '600px', ariaLabelledBy: 'crm-alert-form-title', autoFocus: 'first-heading' });
    return firstValueFrom(dialog.afterClosed());
  }

  /** A new alert about a number on screen. */
  async about(question: NumberQuestion): Promise<Alert | undefined> {
    return this.open({ alert: null, seed: seedOf(question, this.session.timeZone(), this.session.fiscalStart()) });
  }
}
