import { HttpClient } from '@angular/common/http';
import { ChangeDetectionStrategy, Component, computed, inject, input, OnInit, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { API_ROOT } from '@core/api/api.client';
import { formatDate, formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';

/** How a KPI last compared with what Postgres holds. */
interface KpiCheck {
  readonly kpi: string;
  readonly equal: boolean;
  readonly committed_at: string;
  readonly compared: number;
  readonly different: number;
}

/** Says when a KPI was last computed a second time from the ledger, and whether that gave the same; says nothing while it is not known. */
@Component({
  selector: 'crm-kpi-check',
  imports: [TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `@if (words(); as words) { <p [attr.data-equal]="words.equal">{{ 'home.recomputed.' + (words.equal ? 'equal' : 'different') | translate: words }}</p> }`,
  styles: `p { margin: 8px 0 0; color: var(--crm-text-2); } p[data-equal='false'] { color: var(--crm-lost); }`,
})
export class KpiCheckComponent implements OnInit {
  private readonly http = inject(HttpClient);
  private readonly locale = inject(LocaleService);
  private readonly check = signal<KpiCheck | null>(null);
  /** The KPI as the semantic layer names it. */
  readonly member = input.required<string>();

  protected readonly words = computed(() => {
    const check = this.check();
    const tag = this.locale.tag();
    return check && { equal: check.equal, time: formatDate(check.committed_at, tag, 'time'), compared: formatNumber(check.compared, tag) };
  });

  ngOnInit(): void {
    void this.look();
  }

  private async look(): Promise<void> {
    try {
      const { kpis } = await firstValueFrom(this.http.get<{ kpis: readonly KpiCheck[] }>(`${API_ROOT}/analytics/proof`));
      this.check.set(kpis.find(({ kpi }) => kpi === this.member()) ?? null);
    } catch {
      // The meaning of the number stands without it.
    }
  }
}
