import { ChangeDetectionStrategy, Component, computed, effect, inject, input, resource, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { ENTITY_PATHS } from '@shared/chip/entity-link.component';
import { GaugeComponent } from '@shared/chip/gauge.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, DatePipe, PercentPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminWords } from '../admin.words';
import { targetOf } from '../audit/audit.calc';
import { AuditWords } from '../audit/audit.words';
import { RecordNames } from '../record.names';
import { choicesOf, likelySurvivor, namesOf, otherSide, Row, rowsOf, shownFields, Side, sidesOf, usualSide } from './duplicate.calc';
import { FieldGroup, Merge, Pair, PairRecord } from './duplicate.model';
import { MergeUndo } from './merge.undo';

const SIDES = ['left', 'right'] as const;

/** Two records side by side: why they may be one, which of them stays, and whose value counts for each field. */
@Component({
  selector: 'crm-duplicate-review',
  imports: [RouterLink, TranslatePipe, ChipComponent, CountPipe, DatePipe, GaugeComponent, IconComponent, PageHeaderComponent, PercentPipe, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './duplicate-review.component.html',
  styleUrl: './duplicate-review.component.scss',
})
export class DuplicateReviewComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly undoing = inject(MergeUndo);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly names = inject(RecordNames);
  protected readonly words = inject(AdminWords);
  protected readonly values = inject(AuditWords);
  /** The pair's id, from the address. */
  readonly id = input.required<string>();

  protected readonly record = resource({
    params: () => this.id(),
    loader: async ({ params: id }) => {
      const pair = await this.api.get<Pair>(`duplicates/${id}`);
      return { pair, groups: (await this.api.get<Page<FieldGroup>>('merges/fields', { entity: pair.entity })).items };
    },
  });
  protected readonly pair = computed(() => (this.record.hasValue() ? this.record.value().pair : null));
  protected readonly problem = computed(() => (this.record.error() ? toProblem(this.record.error()?.cause ?? this.record.error()) : null));
  protected readonly records = computed(() => { const pair = this.pair(); return pair && sidesOf(pair); });
  protected readonly rows = computed((): readonly Row[] => {
    const records = this.records();
    return records && this.record.hasValue() ? rowsOf(this.record.value().groups, records.left, records.right) : [];
  });
  protected readonly different = computed(() => this.rows().filter((row) => !row.equal));
  protected readonly equal = computed(() => this.rows().filter((row) => row.equal));
  protected readonly sides = SIDES;
  /** Who stays, once somebody has said so. */
  private readonly chosenSurvivor = signal<Side | null>(null);
  private readonly chosen = signal<ReadonlyMap<string, Side>>(new Map());
  protected readonly survivor = computed((): Side => {
    const records = this.records();
    return this.chosenSurvivor() ?? (records ? likelySurvivor(this.rows(), records.left, records.right) : 'left');
  });
  /** Whose value counts, by group: as chosen, or as usual. */
  protected readonly picks = computed((): ReadonlyMap<string, Side> => {
    const [pair, records] = [this.pair(), this.records()];
    if (!pair || !records) return new Map();
    return new Map(this.different().map((row) => [row.key, row.read_only ? this.survivor() : this.chosen().get(row.key) ?? usualSide(row, pair.entity, this.survivor(), records.left, records.right)]));
  });
  protected readonly taken = computed(() => [...this.picks().values()].filter((side) => side !== this.survivor()).length);
  protected readonly busy = signal(false);
  protected readonly mayMerge = computed(() => { const pair = this.pair(); return !!pair && this.session.can(pair.entity, 'write') && this.session.can(pair.entity, 'delete'); });
  protected readonly mayDecide = computed(() => { const pair = this.pair(); return !!pair && this.session.can(pair.entity, 'write'); });

  constructor() {
    effect(() => {
      this.id();
      untracked(() => {
        this.chosenSurvivor.set(null);
        this.chosen.set(new Map());
      });
    });
    effect(() => {
      const records = this.records();
      if (!records) return;
      const keys = this.rows().flatMap(({ fields }) => fields).flatMap((field) => SIDES.flatMap((side) => {
        const [entity, id] = [targetOf(field), records[side][field]];
        return entity && typeof id === 'string' ? [{ entity, id }] : [];
      }));
      untracked(() => void this.names.need(keys));
    });
  }

  protected nameOf(record: PairRecord): string {
    return this.words.name(namesOf(record));
  }

  protected pathOf(record: PairRecord): string | null {
    const base = ENTITY_PATHS[this.pair()?.entity ?? ''];
    return base ? `${base}/${record.id}` : null;
  }

  protected fieldsOf(row: Row): string[] {
    const records = this.records();
    return records ? shownFields(row, records.left, records.right) : [];
  }

  protected valueOf(side: Side, field: string): string {
    return this.values.value({ path: [field] }, this.records()?.[side][field]);
  }

  protected keep(side: Side): void {
    this.chosenSurvivor.set(side);
  }

  protected pick(row: Row, side: Side): void {
    this.chosen.update((chosen) => new Map(chosen).set(row.key, side));
  }

  protected async merge(): Promise<void> {
    const [pair, records] = [this.pair(), this.records()];
    if (!pair || !records || this.busy()) return;
    const survivor = this.survivor();
    const [stays, goes] = [this.nameOf(records[survivor]), this.nameOf(records[otherSide(survivor)])];
    if (!(await this.confirm.ask({ title: this.words.text('duplicates.mergeTitle'), text: this.words.text('duplicates.mergeText', { stays, goes }), action: this.words.text('duplicates.merge') }))) return;
    await this.run(async () => {
      const merge = await this.api.post<Merge>(`duplicates/${pair.id}/merge`, { survivor_id: records[survivor].id, fields: choicesOf(this.rows(), survivor, this.picks()) });
      await this.next(pair);
      void this.offerUndo(merge, stays);
    });
  }

  protected dismiss(pair: Pair): Promise<void> {
    return this.run(async () => {
      await this.api.post(`duplicates/${pair.id}/dismiss`, {});
      await this.next(pair);
      void this.offerReopen(pair);
    });
  }

  protected reopen(pair: Pair): Promise<void> {
    return this.run(async () => {
      await this.api.post(`duplicates/${pair.id}/reopen`, {});
      this.record.reload();
    });
  }

  private async offerReopen({ id }: Pair): Promise<void> {
    if (!(await this.notice.undoable(this.words.text('duplicates.dismissed')))) return;
    await this.run(async () => {
      await this.api.post(`duplicates/${id}/reopen`, {});
      await this.router.navigateByUrl(`/admin/duplicates/${id}`);
    });
  }

  private async offerUndo(merge: Merge, name: string): Promise<void> {
    if (!(await this.notice.undoable(this.words.text('duplicates.merged', { name })))) return;
    if (await this.undoing.undo(merge.id)) await this.router.navigateByUrl(merge.entity === 'contacts' ? '/admin/duplicates' : `/admin/duplicates?entity=${merge.entity}`);
  }

  /** The most probable pair that is still open, or the list when there is none. */
  private async next({ id, entity }: Pair): Promise<void> {
    const { items } = await this.api.get<Page<Pair>>('duplicates', { entity, limit: '2' });
    const other = items.find((one) => one.id !== id);
    await this.router.navigateByUrl(other ? `/admin/duplicates/${other.id}` : `/admin/duplicates?entity=${entity}`);
  }

  private async run(work: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    try {
      await work();
    } catch (error) {
      this.notice.fail(error);
    } finally {
      this.busy.set(false);
    }
  }
}
