import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, signal } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { NoticeService } from '@shared/dialog/notice.service';
import { IconComponent } from '@shared/icon/icon.component';
import { ImportApi } from './import.api';
import { CatalogueEntity, ImportMapping, MissingReference, OutdatedField, SavedMapping } from './import.model';
import { LabelPipe } from './label.pipe';
import { fieldOf, goneFields, neededForNew, referenceFields, withField, withMissing, withoutFields } from './mapping.edit';
import { WizardFile } from './wizard.store';

/** Which field each column of a file fills, with samples of what it holds. */
@Component({
  selector: 'crm-mapping-table',
  imports: [NgTemplateOutlet, TranslatePipe, IconComponent, LabelPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mapping-table.component.html',
  styleUrl: './mapping-table.component.scss',
})
export class MappingTableComponent {
  private readonly api = inject(ImportApi);
  private readonly notice = inject(NoticeService);
  private readonly translate = inject(TranslateService);

  /** The file. */
  readonly file = input.required<WizardFile>();
  /** What its rows are. */
  readonly entity = input.required<CatalogueEntity>();
  /** Required fields that nothing fills. */
  readonly missing = input<readonly string[]>([]);
  /** The mapping after a change. */
  readonly changed = output<ImportMapping>();

  protected readonly saved = signal<readonly SavedMapping[]>([]);
  protected readonly name = signal('');
  protected readonly references = computed(() => {
    const keys = referenceFields(this.entity(), this.file().mapping);
    return this.entity().fields.filter((field) => keys.includes(field.key));
  });
  protected readonly missingLabels = computed(() => this.entity().fields.filter((field) => this.missing().includes(field.key)));
  protected readonly needed = computed(() => neededForNew(this.entity(), this.file().mapping));
  /** The fields to choose from: the record's own, and apart from them those that the business has added. */
  protected readonly ownFields = computed(() => this.entity().fields.filter((field) => field.custom !== true));
  protected readonly customFields = computed(() => this.entity().fields.filter((field) => field.custom === true));
  /** Fields that the mapping fills and that are not there, with what the saved mapping tells of them. */
  protected readonly gone = computed((): readonly OutdatedField[] => {
    const told = this.saved().flatMap((item) => item.outdated);
    return goneFields(this.entity(), this.file().mapping).map((field) => told.find((one) => one.field === field) ?? { field, code: 'mapping_unknown_field', label: null });
  });
  /** What templates and constants fill, for people to see. */
  protected readonly derived = computed(() => {
    const { templates = {}, constants = {} } = this.file().mapping;
    return [...Object.entries(templates), ...Object.entries(constants)].flatMap(([key, text]) => {
      const field = this.entity().fields.find((candidate) => candidate.key === key);
      return field ? [{ label: field.label, text }] : [];
    });
  });

  constructor() {
    effect(() => {
      const { entity } = this.entity();
      this.api.mappings(entity).then((list) => this.saved.set(list), () => this.saved.set([]));
    });
  }

  protected fieldOf(column: string): string {
    return fieldOf(this.file().mapping, column) ?? '';
  }

  protected aliasesOf(column: string): readonly string[] {
    const value = this.file().mapping.columns[column] ?? null;
    return value === null || typeof value === 'string' ? [] : Object.entries(value.aliases ?? {}).map(([from, to]) => `${from} → ${to}`);
  }

  protected choose(column: string, field: string): void {
    this.changed.emit(withField(this.file().mapping, column, field === '' ? null : field));
  }

  protected leaveOutGone(): void {
    this.changed.emit(withoutFields(this.file().mapping, this.gone().map((one) => one.field)));
  }

  protected policyOf(field: string): MissingReference {
    return this.file().mapping.on_missing?.[field] ?? 'error';
  }

  protected choosePolicy(field: string, policy: MissingReference): void {
    this.changed.emit(withMissing(this.file().mapping, field, policy));
  }

  protected use(id: string): void {
    const found = this.saved().find((item) => item.id === id);
    if (found) this.changed.emit(found.mapping);
  }

  protected async save(): Promise<void> {
    const name = this.name().trim();
    if (name === '') return;
    try {
      const saved = await this.api.saveMapping(name, this.entity().entity, this.file().mapping);
      this.saved.update((list) => [...list.filter((item) => item.id !== saved.id), saved]);
      this.name.set('');
      this.notice.say(String(this.translate.instant('imports.mappingSaved', { name })));
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
