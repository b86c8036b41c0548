import { computed, inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import { todayIn } from '@core/analytics/period';
import { SessionService } from '@core/session/session.service';
import { monthsText, PageReader } from '@shared/format/reader';
import { MemberDictionary } from '@shared/kpi/member.words';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { CellValue } from '@shared/kpi/number.model';
import { PageFigures } from '@shared/kpi/page.figures';
import { MarketingAddress, MarketingParams, readAddress } from './marketing.address';

/** Where the page stands; the address is the only place in which that is kept. */
@Injectable()
export class MarketingState {
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);
  private readonly words = inject(PageReader);
  private readonly figures = inject(PageFigures);
  private readonly dictionary = inject(MemberDictionary);
  private readonly panel = inject(NumberPanelService);

  /** The address as text. */
  readonly params = signal<MarketingParams>({});
  readonly address = computed<MarketingAddress>(() => readAddress(this.params(), todayIn(this.session.timeZone()), this.session.fiscalStart()));
  readonly periodText = computed(() => monthsText(this.address().period.range, this.words.reader()));
  readonly previousText = computed(() => monthsText(this.address().period.previous, this.words.reader()));

  /** Changes the address; what is not named stays, null takes away. */
  async go(params: { readonly [name in keyof MarketingParams]: string | null }): Promise<void> {
    await this.router.navigate([], { queryParams: params, queryParamsHandling: 'merge' });
  }

  /** Explains a number of an answer, down to its rows: of one cell where `point` says which. */
  explain(answer: string, measure: string, point: Readonly<Record<string, CellValue>> = {}, of = ''): void {
    const query = this.figures.shown()?.[answer];
    const { title } = this.dictionary.of(measure);
    if (query) void this.panel.open({ query: { ...query }, measure, point, title: of === '' ? title : `${title}, ${of}` });
  }
}
