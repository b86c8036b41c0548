import { createHash } from 'node:crypto';
import { withoutTags } from '../model/cubes/shared/common.members.js';
import { withCustomFields, type CustomField } from '../model/custom/custom.fields.js';
import { isStartMonth } from '../model/fiscal.calendar.js';
import { fieldsOfMembers, type FieldName } from '../model/field.lineage.js';
import { keptColumns } from '../kept/kept.columns.js';
import { modelFiles } from '../model/model.files.js';
import { cubes as declared } from '../model/model.index.js';
import { askedMembers, helperMembers, publicMembers } from '../model/model.registry.js';
import type { Cube } from '../model/model.types.js';
import type { ModelFile } from '../model/model.render.js';
import type { TableVersions } from './table.versions.js';

/** The data model as it is at one moment. */
export interface Model {
  /** Another one for another content. */
  readonly version: string;
  readonly files: readonly ModelFile[];
  readonly cubes: readonly Cube[];
  /** Members that only the rows behind a number need, as `view.member`. */
  readonly helpers: ReadonlySet<string>;
  /** Every member that a query may name, the helpers too, as `view.member`. */
  readonly members: ReadonlySet<string>;
  /** The members whose value a question gives, and of what kind it is. */
  readonly asked: ReadonlyMap<string, 'instant' | 'date'>;
  /** The fields of the role matrix that each member tells of. */
  readonly lineage: ReadonlyMap<string, ReadonlySet<FieldName>>;
  /** The cubes whose rows are kept, and the columns that are kept of them. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
}

/** What of the warehouse's driver the model needs. */
export interface DefinitionReader {
  query<R>(sql: string, values: unknown[]): Promise<R[]>;
}

type DefinitionRow = Omit<CustomField, 'choices'> & { readonly options: string };

const definitions = `SELECT toString(id) AS id, entity, key, label, label_ar, type, options FROM crm_raw.crm_custom_fields FINAL
  WHERE deleted_at IS NULL AND archived_at IS NULL
    AND (SELECT count() FROM crm_raw.crm_feature_flags FINAL WHERE deleted_at IS NULL AND key = 'crm_feature_custom_fields' AND NOT enabled) = 0
  ORDER BY position, key`;

// The driver is patient with a warehouse that is being restarted; who asks for the model need not be.
const patienceMs = 1_000;

const tagsOff = `SELECT toString(id) AS id FROM crm_raw.crm_feature_flags FINAL WHERE deleted_at IS NULL AND key = 'crm_feature_tags' AND NOT enabled LIMIT 1`;

/** The month in which the tenant's fiscal year begins; with its feature off years are those of the calendar. */
const fiscalStart = `SELECT toString(fiscal_year_start_month) AS month FROM crm_raw.crm_tenants FINAL WHERE deleted_at IS NULL
  AND (SELECT count() FROM crm_raw.crm_feature_flags FINAL WHERE deleted_at IS NULL AND key = 'crm_feature_calendar' AND NOT enabled) = 0 LIMIT 1`;

/** The model of the declared cubes and these custom fields, with the dimensions of tags where their feature is on and fiscal years that begin in `startMonth`. */
export function buildModel(fields: readonly CustomField[], tagsOn = true, startMonth = 1): Model {
  const cubes = withCustomFields(tagsOn ? declared : withoutTags(declared), fields);
  const [files, helpers] = [modelFiles(cubes, startMonth), helperMembers(cubes)];
  return { version: createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16), files, cubes, helpers, members: new Set([...publicMembers(cubes), ...helpers]), asked: askedMembers(cubes), lineage: fieldsOfMembers(cubes), kept: keptColumns(cubes) };
}

/**
 * The data model, which follows the custom fields, the switches of features and the fiscal year as they arrive in the warehouse. It is built anew only when their tables have changed, and while the
 * warehouse does not answer the last one stays: figures that need no custom field must not fail for them.
 */
export class LiveModel {
  private model: Model = buildModel([]);
  private state: string | null = null;
  private reading: Promise<void> | null = null;

  constructor(private readonly reader: DefinitionReader, private readonly versions: TableVersions) {}

  /** The model as of now, at most as old as what is known of the tables. */
  async current(): Promise<Model> {
    this.reading ??= this.follow().finally(() => { this.reading = null; });
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.reading, new Promise((resolve) => { timer = setTimeout(resolve, patienceMs); })]);
    clearTimeout(timer);
    return this.model;
  }

  private async follow(): Promise<void> {
    try {
      const state = (await Promise.all(['crm_custom_fields', 'crm_feature_flags', 'crm_tenants'].map((table) => this.versions.stateOf(table)))).join(' ');
      if (state === this.state) return;
      const [rows, off, [start]] = await Promise.all([
        this.reader.query<DefinitionRow>(definitions, []), this.reader.query<{ id: string }>(tagsOff, []), this.reader.query<{ month: string }>(fiscalStart, []),
      ]);
      const month = Number(start?.month);
      const next = buildModel(rows.map(({ options, ...row }) => ({ ...row, choices: JSON.parse(options) as CustomField['choices'] })), off.length === 0, isStartMonth(month) ? month : 1);
      if (next.version !== this.model.version) this.model = next;
      this.state = state;
    } catch (error) {
      // Before the stream's first copy the tables are not there yet; asked for again by the next question.
      if (!/UNKNOWN_TABLE|UNKNOWN_IDENTIFIER|ECONNREFUSED|ECONNRESET|socket hang up/.test(String(error))) process.stderr.write(`semantic: custom fields could not be read: ${(String(error).split('\n')[0] ?? '').slice(0, 300)}\n`);
    }
  }
}
