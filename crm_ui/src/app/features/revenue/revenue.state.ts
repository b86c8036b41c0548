import { computed, inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import { addMonths, DayRange, todayIn } from '@core/analytics/period';
import { SessionService } from '@core/session/session.service';
import { wholeMonths } from '@core/analytics/months';
import { monthsText, PageReader } from '@shared/format/reader';
import { readAddress, RevenueAddress, RevenueParams } from './revenue.address';
import { COHORTS } from './revenue.questions';

/** Where the page stands; the address is the only place in which that is kept. */
@Injectable()
export class RevenueState {
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);
  private readonly words = inject(PageReader);
  private readonly today = computed(() => todayIn(this.session.timeZone()));

  /** The address as text. */
  readonly params = signal<RevenueParams>({});
  readonly address = computed<RevenueAddress>(() => readAddress(this.params(), this.today(), this.session.fiscalStart()));
  /** The months whose cohorts are shown: up to the running one. */
  readonly cohorts = computed<DayRange>(() => {
    const month = this.today().toISOString().slice(0, 10);
    return wholeMonths([addMonths(`${month.slice(0, 7)}-01`, 1 - COHORTS), month]);
  });
  readonly periodText = computed(() => monthsText(this.address().period.range, this.words.reader()));
  readonly previousText = computed(() => monthsText(this.address().period.previous, this.words.reader()));

  /** Changes the address; what is not named stays, null takes away. */
  async go(params: { readonly [name in keyof RevenueParams]: string | null }): Promise<void> {
    await this.router.navigate([], { queryParams: params, queryParamsHandling: 'merge' });
  }
}
