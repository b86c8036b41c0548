import { Clipboard } from '@angular/cdk/clipboard';
import { ChangeDetectionStrategy, Component, computed, inject, OnInit, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { Problem, toProblem } from '@core/api/problem';
import { formatDate, formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { AlertOpener } from '../alert/alert.opener';
import { IconComponent } from '../icon/icon.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '../states/states.component';
import { KpiCheckComponent } from './kpi-check.component';
import { measureOf, NumberClient } from './number.client';
import { NumberQuestion, NumberReader, NumberRows, scriptOf, writeNumber } from './number.model';
import { NumberRowsComponent } from './number-rows.component';
import { ProofBadgeComponent } from './proof-badge.component';

/** What is behind one number: what it means, how it is computed, how fresh it is, whether it equals the ledger, and its records. */
@Component({
  selector: 'crm-number-panel',
  imports: [TranslatePipe, EmptyComponent, IconComponent, KpiCheckComponent, NumberRowsComponent, ProblemComponent, ProofBadgeComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './number-panel.component.html',
  styleUrl: './number-panel.component.scss',
})
export class NumberPanelComponent implements OnInit {
  private readonly client = inject(NumberClient);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly clipboard = inject(Clipboard);
  private readonly translate = inject(TranslateService);
  protected readonly alerts = inject(AlertOpener);
  protected readonly dialog = inject(MatDialogRef);
  protected readonly question = inject<NumberQuestion>(MAT_DIALOG_DATA);

  protected readonly rows = signal<NumberRows | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly loading = signal(false);
  /** The records were read anew, because the data had changed between two pages. */
  protected readonly anew = signal(false);
  protected readonly sql = signal<string | null>(null);
  protected readonly sqlShown = signal(false);
  protected readonly sqlProblem = signal<Problem | null>(null);
  protected readonly copied = signal(false);

  protected readonly member = measureOf(this.question);
  protected readonly arabic = computed(() => this.locale.language() === 'ar');
  protected readonly reader = computed<NumberReader>(() => ({ tag: this.locale.tag(), currency: this.session.currency(), text: (key) => String(this.translate.instant(key)) }));
  protected readonly value = computed(() => writeNumber(this.rows()?.value, this.rows()?.definition.unit ?? '', this.reader()));
  protected readonly per = computed(() => /^money_per_\w+$|^(?:hours|minutes)$/.exec(this.rows()?.definition.unit ?? '')?.[0] ?? null);
  /** The explanation in the reader's language first, then in the other one. */
  protected readonly words = computed(() => {
    const definition = this.rows()?.definition;
    if (!definition) return [];
    const both = [{ lang: 'en', dir: 'ltr', title: definition.title, text: definition.description }, { lang: 'ar', dir: 'rtl', title: definition.title_ar, text: definition.description_ar }];
    return this.arabic() ? both.reverse() : both;
  });
  /** The formula in the reader's language, else in English. */
  protected readonly formula = computed(() => {
    const definition = this.rows()?.definition;
    const text = (this.arabic() && definition?.formula_ar) || definition?.formula;
    return text ? { text, ...scriptOf(text) } : null;
  });
  /** A number that no list comes to says so, and shows what it is computed from. */
  protected readonly heading = computed(() => (this.rows()?.makes_number === false ? 'number.basis' : 'number.records'));
  protected readonly why = computed(() => {
    const rows = this.rows();
    return !rows || rows.makes_number ? null : rows.parts.length > 0 ? 'number.basisText' : 'number.setting';
  });
  protected readonly parts = computed(() => (this.rows()?.parts ?? []).map((part) => ({
    member: part.member, title: this.arabic() ? part.title_ar : part.title, role: part.role, text: writeNumber(part.total, part.role === 'sample' ? 'count' : part.unit, this.reader()),
  })));
  /** Who answers for the number; a department that has no words here is named as the model does. */
  protected readonly owner = computed(() => {
    this.translate.currentLang();
    const [key, owner] = [`number.owners.${this.rows()?.definition.owner ?? ''}`, this.rows()?.definition.owner ?? ''];
    const words = String(this.translate.instant(key));
    return words === key ? owner : words;
  });
  protected readonly fresh = computed(() => {
    const mark = this.rows()?.watermark;
    return mark ? { time: formatDate(mark.committed_at, this.reader().tag, 'datetime'), lag: formatNumber(mark.lag_ms ?? 0, this.reader().tag) } : null;
  });
  protected readonly shown = computed(() => ({ shown: formatNumber(this.rows()?.items.length ?? 0, this.reader().tag), total: formatNumber(this.rows()?.total_rows ?? 0, this.reader().tag) }));

  ngOnInit(): void {
    void this.load();
  }

  protected async load(): Promise<void> {
    await this.ask(null);
  }

  protected async more(): Promise<void> {
    const cursor = this.rows()?.next_cursor ?? null;
    if (cursor !== null && !this.loading()) await this.ask(cursor);
  }

  private async ask(cursor: string | null): Promise<void> {
    this.loading.set(true);
    this.problem.set(null);
    try {
      const page = await this.client.rows(this.question, cursor);
      if (page.moved) {
        // Pages of two states do not sum to one number.
        this.rows.set(await this.client.rows(this.question, null));
        this.anew.set(true);
        return;
      }
      this.rows.update((before) => (cursor !== null && before ? { ...page, items: [...before.items, ...page.items] } : page));
      this.anew.set(false);
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.loading.set(false);
    }
  }

  protected async showSql(): Promise<void> {
    this.sqlShown.update((shown) => !shown);
    if (!this.sqlShown() || this.sql() !== null) return;
    this.sqlProblem.set(null);
    try {
      this.sql.set(await this.client.sql(this.question));
    } catch (error) {
      this.sqlProblem.set(toProblem(error));
    }
  }

  protected copy(): void {
    this.copied.set(this.clipboard.copy(this.sql() ?? ''));
  }
}
