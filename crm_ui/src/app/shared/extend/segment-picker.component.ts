import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page, RecordBase, Reference } from '@core/api/api.client';
import { ListQuery } from '@core/api/list.query';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '../dialog/confirm.service';
import { NoticeService } from '../dialog/notice.service';
import { IconComponent } from '../icon/icon.component';
import { ChoicesService } from '../record/choices.service';
import { FormField } from '../record/form.model';
import { RecordPanelService } from '../record/panel.service';

/** A saved list as the API tells it. */
export interface Segment extends RecordBase {
  readonly entity: string;
  readonly name: string;
  readonly visibility: 'private' | 'team' | 'all';
  readonly owner: Reference | null;
  readonly mine: boolean;
}

/** The conditions of a list as a segment keeps them. */
export function segmentFilter({ filters }: Pick<ListQuery, 'filters'>): Record<string, Record<string, string>> {
  const saved: Record<string, Record<string, string>> = {};
  for (const { field, operator, value } of filters) saved[field] = { ...saved[field], [operator]: value };
  return saved;
}

/** Chooses a saved list, and saves the one that is shown. */
@Component({
  selector: 'crm-segment-picker',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (on()) {
      <div class="bar">
        <label><span class="crm-muted">{{ 'extend.segments.label' | translate }}</span>
          <select class="crm-input" (change)="choose($any($event.target).value)" data-test="segments">
            <option value="" [selected]="!query().segment">{{ 'extend.segments.all' | translate }}</option>
            @for (segment of list(); track segment.id) { <option [value]="segment.id" [selected]="segment.id === query().segment">{{ segment.name }}</option> }
          </select></label>
        @if (chosen()?.mine) { <button type="button" class="crm-icon-button crm-icon-button--small" (click)="remove()" [attr.aria-label]="'extend.segments.remove' | translate" [title]="'extend.segments.remove' | translate"><crm-icon name="trash" [size]="15" /></button> }
        @if (mayAdd()) { <button type="button" class="crm-button crm-button--ghost crm-button--small" (click)="save()" data-test="save-segment"><crm-icon name="plus" [size]="15" />{{ 'extend.segments.save' | translate }}</button> }
      </div>
    }
  `,
  styles: `.bar { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2); } label { display: inline-flex; align-items: center; gap: var(--crm-2); font-size: var(--crm-text-13); min-inline-size: 0; } select { max-inline-size: 260px; min-block-size: 32px; padding-block: 2px; } :host:not(:has(.bar)) { display: none; }`,
})
export class SegmentPickerComponent {
  private readonly api = inject(ApiClient);
  private readonly choices = inject(ChoicesService);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly panel = inject(RecordPanelService);
  private readonly session = inject(SessionService);
  /** The kind of record that the list shows. */
  readonly entity = input.required<string>();
  /** What the list shows. */
  readonly query = input.required<ListQuery>();
  /** The list that was chosen. */
  readonly queryChange = output<ListQuery>();

  protected readonly list = signal<readonly Segment[]>([]);
  protected readonly chosen = computed(() => this.list().find(({ id }) => id === this.query().segment) ?? null);
  private readonly allowed = computed(() => this.session.feature('crm_feature_segments') && this.session.can('segments', 'read'));
  /** A list with conditions of its own is worth keeping. */
  protected readonly mayAdd = computed(() => this.session.can('segments', 'write') && !this.query().segment && (this.query().filters.length > 0 || this.query().q !== ''));
  protected readonly on = computed(() => this.allowed() && (this.list().length > 0 || this.mayAdd()));

  constructor() {
    effect(() => { if (this.allowed()) void this.read(this.entity()); });
  }

  protected choose(id: string): void {
    const { segment: _old, ...query } = this.query();
    this.queryChange.emit(id ? { q: '', sort: '', filters: [], segment: id } : { ...query, filters: [] });
  }

  protected async save(): Promise<void> {
    const { q, sort } = this.query();
    const fields: FormField[] = [
      { name: 'name', label: this.choices.text('record.fields.name'), kind: 'text', required: true },
      { name: 'visibility', label: this.choices.text('extend.segments.visibility'), kind: 'select', required: true, options: (['private', 'team', 'all'] as const).map((value) => ({ value, label: this.choices.text(`extend.segments.${value === 'all' ? 'everybody' : value}`) })), hint: this.choices.text('extend.segments.hint') },
    ];
    const saved = await this.panel.open<Segment>({
      title: this.choices.text('extend.segments.save'), action: this.choices.text('shared.save'), fields, values: { name: null, visibility: 'private' },
      save: (changes) => this.api.post('segments', { entity: this.entity(), visibility: 'private', ...changes, filter: segmentFilter(this.query()), q: q || null, sort: sort || null }),
    });
    if (!saved) return;
    await this.read(this.entity());
    this.choose(saved.id);
  }

  protected async remove(): Promise<void> {
    const segment = this.chosen();
    if (!segment || !(await this.confirm.ask({ title: this.choices.text('extend.segments.removeTitle', { name: segment.name }), text: this.choices.text('extend.segments.removeText'), action: this.choices.text('shared.delete'), danger: true }))) return;
    try {
      await this.api.remove(`segments/${segment.id}`);
      await this.read(this.entity());
      this.choose('');
    } catch (error) {
      this.notice.fail(error);
    }
  }

  private async read(entity: string): Promise<void> {
    try {
      this.list.set((await this.api.get<Page<Segment>>('segments', { entity })).items);
    } catch {
      // A list must not fail for want of its saved ones.
      this.list.set([]);
    }
  }
}
