import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { Reference, Tagged } from '@core/api/api.client';
import { SessionService } from '@core/session/session.service';
import { DialogService } from '@shared/dialog/dialog.service';
import { Schedule } from './schedule.model';

/** What the form is given: a schedule to change with its tag, or the report that a new one sends. */
export interface ScheduleFormData {
  readonly schedule: Tagged<Schedule> | null;
  readonly report: Reference | null;
}

/** Opens the form of a schedule in a panel; its code comes with the first use. */
@Injectable({ providedIn: 'root' })
export class ScheduleOpener {
  private readonly dialogs = inject(DialogService);
  private readonly session = inject(SessionService);

  /** True where this person may set up schedules. */
  available(): boolean {
    return this.session.feature('crm_feature_schedules') && this.session.can('schedules', 'write');
  }

  /** The schedule that was saved, or undefined. */
  async open(data: ScheduleFormData): Promise<Schedule | undefined> {
    const { ScheduleFormComponent } = await import('./schedule-form.component');
    return firstValueFrom(this.dialogs.openAside<unknown, ScheduleFormData, Schedule>(ScheduleFormComponent, { data, width: '600px', ariaLabelledBy: 'crm-schedule-form-title', autoFocus: 'first-heading' }).afterClosed());
  }
}
