import type { Knex } from 'knex';
import type { DraftRow, FieldDefinition, MissingReference, ReferenceKind, ReferenceLookup, ReferenceTarget } from '../import.types.js';
import { mergeable } from './record.matcher.js';
import { createTargets } from './reference.creation.js';

interface KindDefinition {
  readonly table: string;
  /** Expressions over `t` that name a record for people; a text equal to any of them after folding means the record. */
  readonly names: readonly string[];
  readonly attributes: readonly string[];
  readonly noun: string;
}

const fold = (expression: string): string => `crm_core.crm_fold(${expression})`;

/** How records are named in files. Ids of the other system are always understood. */
export const referenceKinds: Readonly<Record<ReferenceKind, KindDefinition>> = {
  users: { table: 'crm_users', names: [`lower(t.email::text)`, fold('t.name')], attributes: ['name', 'team_id'], noun: 'user' },
  teams: { table: 'crm_teams', names: [fold('t.name')], attributes: ['name'], noun: 'team' },
  accounts: { table: 'crm_accounts', names: ['t.fingerprint'], attributes: ['owner_id'], noun: 'account' },
  contacts: { table: 'crm_contacts', names: ['lower(t.email::text)'], attributes: ['account_id'], noun: 'contact' },
  leads: { table: 'crm_leads', names: ['lower(t.email::text)'], attributes: [], noun: 'lead' },
  products: { table: 'crm_products', names: ['lower(t.code::text)', fold('t.name')], attributes: ['name'], noun: 'product' },
  pipelines: { table: 'crm_pipelines', names: [fold('t.name'), fold(`coalesce(t.name_ar, '')`)], attributes: ['name', 'is_default'], noun: 'pipeline' },
  stages: { table: 'crm_stages', names: [fold('t.name'), fold(`coalesce(t.name_ar, '')`)], attributes: ['name', 'kind', 'pipeline_id', 'position'], noun: 'stage' },
  deals: { table: 'crm_deals', names: [], attributes: ['account_id'], noun: 'deal' },
  campaigns: { table: 'crm_campaigns', names: [fold('t.name')], attributes: ['name'], noun: 'campaign' },
};

/** Resolves the references of one batch with a few queries. */
export class ReferenceResolver implements ReferenceLookup {
  private readonly found = new Map<ReferenceKind, Map<string, readonly ReferenceTarget[]>>();
  private readonly catalogue = new Map<ReferenceKind, readonly ReferenceTarget[]>();
  private defaultPipeline: string | undefined;

  constructor(
    private readonly trx: Knex.Transaction,
    private readonly source: string,
  ) {}

  /** Loads what all rows share: the stages and the default pipeline. */
  async prepare(): Promise<void> {
    this.catalogue.set('stages', await this.select('stages', 'true', []));
    const pipelines = await this.select('pipelines', 'true', []);
    this.defaultPipeline = pipelines.find((pipeline) => pipeline.attributes['is_default'] === 'true')?.id ?? pipelines[0]?.id;
  }

  /** Replaces the texts of reference fields by ids; what cannot be found becomes a problem, is made, or is left empty. */
  async resolve(rows: readonly DraftRow[], fields: readonly FieldDefinition[], onMissing: (field: FieldDefinition) => MissingReference): Promise<void> {
    // The pipeline first: it decides which stage of the same name is meant.
    const ordered = [...fields].sort((left, right) => Number(right.reference === 'pipelines') - Number(left.reference === 'pipelines'));
    for (const field of ordered) {
      const kind = field.reference;
      if (kind === undefined) continue;
      await this.load(kind, textsOf(rows, field));
      const missing = textsOf(rows, field).filter((text) => this.candidates(kind, text).length === 0);
      if (missing.length > 0 && onMissing(field) === 'create') {
        await createTargets(this.trx, kind, missing, { source: this.source, rowOf: (text) => rows.find((row) => row.values[field.key] === text) });
        this.found.get(kind)?.clear();
        await this.load(kind, textsOf(rows, field));
      }
      for (const row of rows) {
        const text = row.values[field.key];
        if (typeof text === 'string') await this.apply(row, field, kind, text, onMissing(field));
      }
    }
  }

  get(kind: ReferenceKind, text: string): ReferenceTarget | undefined {
    return this.candidates(kind, text)[0];
  }

  first(kind: ReferenceKind, attribute: string, value: string): ReferenceTarget | undefined {
    const list = (this.catalogue.get(kind) ?? []).filter((target) => target.attributes[attribute] === value);
    const ofDefault = list.filter((target) => target.attributes['pipeline_id'] === this.defaultPipeline);
    const position = (target: ReferenceTarget): number => Number(target.attributes['position'] ?? 0);
    return [...(ofDefault.length > 0 ? ofDefault : list)].sort((left, right) => position(left) - position(right))[0];
  }

  byId(kind: ReferenceKind, id: string): ReferenceTarget | undefined {
    return (this.catalogue.get(kind) ?? []).find((target) => target.id === id);
  }

  private candidates(kind: ReferenceKind, text: string): readonly ReferenceTarget[] {
    return this.found.get(kind)?.get(text) ?? [];
  }

  private async apply(row: DraftRow, field: FieldDefinition, kind: ReferenceKind, text: string, policy: MissingReference): Promise<void> {
    let list = this.candidates(kind, text);
    if (kind === 'stages') {
      const pipeline = (row.values['pipeline'] as string | null | undefined) ?? this.defaultPipeline;
      const within = list.filter((target) => target.attributes['pipeline_id'] === pipeline);
      if (within.length > 0) list = within;
    }
    if (list.length === 1) {
      row.values[field.key] = list[0]?.id ?? null;
      return;
    }
    row.values[field.key] = null;
    const noun = referenceKinds[kind].noun;
    if (list.length > 1) {
      row.problems.push({ code: 'reference_ambiguous', field: field.key, value: text, message: `${list.length} ${noun}s are named “${text}”. Use the e-mail address or id instead.` });
    } else if (policy === 'empty') {
      row.warnings.push({ code: 'reference_unknown', field: field.key, value: text, message: `There is no ${noun} “${text}”. The field was left empty.` });
    } else {
      const suggestion = await this.closest(kind, text);
      const hint = suggestion === undefined ? `Import it first, or choose to create missing ${noun}s.` : `Did you mean “${suggestion}”? Add an alias for it to the mapping.`;
      row.problems.push({ code: 'reference_unknown', field: field.key, value: text, message: `There is no ${noun} “${text}”. ${hint}`, suggestion });
    }
  }

  private readonly suggestions = new Map<string, string | undefined>();

  private async closest(kind: ReferenceKind, text: string): Promise<string | undefined> {
    const key = `${kind}:${text}`;
    if (!this.suggestions.has(key)) {
      const column = kind === 'accounts' ? 'legal_name' : kind === 'contacts' || kind === 'leads' ? 'full_name' : 'name';
      const { rows } = await this.trx.raw<{ rows: { name: string }[] }>(
        `SELECT ${column} AS name FROM crm_core.${referenceKinds[kind].table}
          WHERE deleted_at IS NULL AND public.similarity(crm_core.crm_fold(${column}), crm_core.crm_fold(?::text)) > 0.4
          ORDER BY public.similarity(crm_core.crm_fold(${column}), crm_core.crm_fold(?::text)) DESC, ${column} LIMIT 1`,
        [text, text],
      );
      this.suggestions.set(key, rows[0]?.name);
    }
    return this.suggestions.get(key);
  }

  private async load(kind: ReferenceKind, texts: readonly string[]): Promise<void> {
    const known = this.found.get(kind) ?? new Map<string, readonly ReferenceTarget[]>();
    this.found.set(kind, known);
    const wanted = texts.filter((text) => !known.has(text));
    if (wanted.length === 0) return;
    const { table, names, attributes } = referenceKinds[kind];
    const columns = ['t.id', ...attributes.map((name) => `t.${name}::text AS ${name}`)].join(', ');
    // Each way of naming is its own join, so that each can use its own index; the id of the other system wins over a name.
    const ways = [
      `SELECT 0 AS way, k.value AS text, ${columns} FROM unnest(?::text[]) AS k(value) JOIN crm_core.${table} t ON t.external_source = ? AND t.external_id = k.value WHERE t.deleted_at IS NULL`,
      // What pointed at a record that was merged points at its survivor.
      ...(mergeable.has(table) ? [`SELECT 1 AS way, k.value AS text, ${columns} FROM unnest(?::text[]) AS k(value) JOIN crm_core.${table} m ON m.external_source = ? AND m.external_id = k.value AND m.merged_into_id IS NOT NULL
        JOIN crm_core.${table} t ON t.id = m.merged_into_id WHERE t.deleted_at IS NULL`] : []),
      ...names.map((name, index) => {
        const value = name.startsWith('lower') ? 'lower(k.value)' : name === 't.fingerprint' ? 'crm_core.crm_fingerprint(k.value)' : fold('k.value');
        return `SELECT ${index + 2} AS way, k.value AS text, ${columns} FROM unnest(?::text[]) AS k(value) JOIN crm_core.${table} t ON ${name} = ${value} WHERE t.deleted_at IS NULL AND k.value <> ''`;
      }),
    ];
    const hasExternal = await this.trx.raw<{ rows: Row[] }>(ways.join(' UNION ALL '), [wanted, this.source, ...(mergeable.has(table) ? [wanted, this.source] : []), ...names.map(() => wanted)]);
    const best = new Map<string, Row[]>();
    for (const row of hasExternal.rows) {
      const list = best.get(row.text) ?? [];
      const first = list[0];
      if (first === undefined || row.way < first.way) best.set(row.text, [row]);
      else if (row.way === first.way && !list.some((each) => each.id === row.id)) list.push(row);
    }
    for (const text of wanted) known.set(text, (best.get(text) ?? []).map((row) => toTarget(row, attributes)));
  }

  private async select(kind: ReferenceKind, where: string, bindings: readonly string[]): Promise<ReferenceTarget[]> {
    const { table, attributes } = referenceKinds[kind];
    const columns = ['t.id', ...attributes.map((name) => `t.${name}::text AS ${name}`)].join(', ');
    const { rows } = await this.trx.raw<{ rows: Row[] }>(`SELECT ${columns} FROM crm_core.${table} t WHERE t.deleted_at IS NULL AND ${where}`, [...bindings]);
    return rows.map((row) => toTarget(row, attributes));
  }
}

interface Row {
  readonly id: string;
  readonly way: number;
  readonly text: string;
  readonly [attribute: string]: string | number | null;
}

function toTarget(row: Row, attributes: readonly string[]): ReferenceTarget {
  return { id: row.id, attributes: Object.fromEntries(attributes.map((name) => [name, row[name] === null ? null : String(row[name])])) };
}

function textsOf(rows: readonly DraftRow[], field: FieldDefinition): string[] {
  return [...new Set(rows.flatMap((row) => (typeof row.values[field.key] === 'string' ? [row.values[field.key] as string] : [])))];
}
