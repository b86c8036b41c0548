import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { ApiClient, Reference } from '../api/api.client';
import { Problem, toProblem } from '../api/problem';
import { AuthService } from '../auth/auth.service';
import { LocaleService } from '../i18n/locale.service';
import { PermissionAction, Permissions, permits } from './permissions';

/** The person who is signed in and what the product lets them do. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly locale: string | null;
  readonly team: Reference | null;
  readonly permissions: Permissions;
  readonly features: Readonly<Record<string, boolean>>;
  readonly currency?: string;
  readonly time_zone?: string;
  readonly fiscal_year_start_month?: number;
}

/** Knows who is signed in; screens ask it what to show. */
@Injectable({ providedIn: 'root' })
export class SessionService {
  private readonly api = inject(ApiClient);
  private readonly auth = inject(AuthService);
  private readonly locale = inject(LocaleService);
  private readonly person = signal<Me | null>(null);

  /** The person, or null until known. */
  readonly me = this.person.asReadonly();
  /** Why the person could not be read. */
  readonly problem = signal<Problem | null>(null);
  /** The currency that totals are shown in. */
  readonly currency = computed(() => this.person()?.currency ?? 'USD');

  /** The time zone that figures are reported in. */
  readonly timeZone = computed(() => this.person()?.time_zone ?? 'UTC');
  /** The month in which the fiscal year begins; 1 is the calendar year. */
  readonly fiscalStart = computed(() => this.person()?.fiscal_year_start_month ?? 1);

  constructor() {
    effect(() => {
      if (!this.auth.signedIn()) untracked(() => this.person.set(null));
    });
  }

  /** Reads the person; their language is taken where they have not chosen one here. */
  async load(): Promise<void> {
    this.problem.set(null);
    try {
      const me = await this.api.get<Me>('me');
      this.person.set(me);
      this.locale.suggest(me.locale);
    } catch (error) {
      this.problem.set(toProblem(error));
    }
  }

  /** True when a feature is on; a flag that the API does not know counts as on, so that an older server stays usable. */
  feature(flag: string): boolean {
    return this.person()?.features[flag] ?? true;
  }

  /** True when the person may do this to records of the resource. */
  can(resource: string, action: PermissionAction): boolean {
    return permits(this.person()?.permissions, resource, action);
  }
}
