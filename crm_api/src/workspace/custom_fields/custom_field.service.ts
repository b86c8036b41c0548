import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import { fieldRule } from '../../kernel/crud/field.access.js';
import { audit } from '../../kernel/crud/trail.js';
import { customName, type CustomEntity, type CustomField } from '../../kernel/custom/custom.types.js';
import { invalidBody, notFound } from '../../kernel/errors/crm.error.js';
import { keyTaken, stillActive, tooManyFields, valuesRepeat } from './custom_field.errors.js';
import { countActive, dropValues, findField, insertField, isPattern, listFields, setUnique, updateField } from './custom_field.repository.js';
import { boundOf, definitionProblems } from './custom_field.rules.js';
import type { CustomFieldChange, CustomFieldInput, CustomFieldRow } from './custom_field.types.js';

// A form that nobody fills in, and a record that no list shows.
const mostActive = 100;

/** The rules of definitions: what fits a type, what may change once there are values. */
export class CustomFieldService {
  /** Definitions; those that the caller's role hides are not there. */
  async list(call: Call, entity: CustomEntity | null, archived: boolean): Promise<CustomFieldRow[]> {
    return (await listFields(call.db, entity, archived)).filter((row) => shown(call, row));
  }

  /** One definition. @throws CrmError 404. */
  async get(db: Reader, call: Call, id: string, lock = false): Promise<CustomFieldRow> {
    const row = await findField(db, id, lock);
    if (!row || !shown(call, row)) throw notFound('custom_field', id);
    return row;
  }

  /** Makes a field: records, lists and figures know it at once. */
  async create(trx: Knex.Transaction, call: Call, input: CustomFieldInput): Promise<CustomFieldRow> {
    if (await countActive(trx, input.entity) >= mostActive) throw tooManyFields(mostActive);
    const values = {
      entity: input.entity, key: input.key, type: input.type, label: input.label, label_ar: input.label_ar, options: input.choices ?? [], required: input.required ?? false, is_unique: input.unique ?? false,
      min_value: input.min ?? null, max_value: input.max ?? null, pattern: input.pattern ?? null, position: input.position ?? null,
    };
    await check(trx, values);
    const id = await trx.transaction((inner) => insertField(inner, { ...values, ...bounds(values) })).catch((error: unknown) => {
      throw (error as { constraint?: string }).constraint === 'crm_custom_fields_key' ? keyTaken(input.key, error) : error;
    });
    await audit(trx, call, { action: 'create', entity: 'custom_fields', entityId: id, after: values });
    return this.get(trx, call, id);
  }

  /** Changes the given parts. Values that exist stay, also where a new rule would refuse them; the next write of such a value must keep it. */
  async update(trx: Knex.Transaction, call: Call, id: string, input: CustomFieldChange): Promise<CustomFieldRow> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    const wanted = columns(current, input);
    const patch = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(current[name as keyof CustomFieldRow])));
    const names = Object.keys(patch);
    if (names.length === 0) return current;
    const next = { ...current, ...wanted };
    await check(trx, next);
    if (wanted.archived_at === null && current.archived_at !== null && await countActive(trx, current.entity) >= mostActive) throw tooManyFields(mostActive);
    if (next.is_unique !== current.is_unique) {
      await trx.transaction((inner) => setUnique(inner, id, next.is_unique)).catch((error: unknown) => { throw (error as { code?: string }).code === '23505' ? valuesRepeat(error) : error; });
    }
    await updateField(trx, id, { ...patch, ...bounds(next) });
    await audit(trx, call, { action: 'update', entity: 'custom_fields', entityId: id, before: Object.fromEntries(names.map((name) => [name, current[name as keyof CustomFieldRow]])), after: patch });
    return this.get(trx, call, id);
  }

  /** Deletes an archived field with the values of all records, for good. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    if (current.archived_at === null) throw stillActive();
    await dropValues(trx, id);
    await updateField(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'custom_fields', entityId: id, before: { entity: current.entity, key: current.key } });
  }
}

const shown = (call: Call, row: CustomField): boolean => fieldRule(call.actor, row.entity, customName(row.key)) !== 'hidden';

type Changeable = Pick<CustomField, 'label' | 'label_ar' | 'options' | 'required' | 'is_unique' | 'min_value' | 'max_value' | 'pattern' | 'position' | 'archived_at'>;

function columns(current: CustomFieldRow, input: CustomFieldChange): Changeable {
  const archived = input.archived === undefined ? current.archived_at : input.archived ? current.archived_at ?? new Date() : null;
  const given = <T>(value: T | undefined, kept: T): T => (value === undefined ? kept : value);
  return {
    label: input.label ?? current.label, label_ar: input.label_ar ?? current.label_ar, options: input.choices ?? current.options, required: input.required ?? current.required,
    is_unique: input.unique ?? current.is_unique, min_value: given(input.min, current.min_value), max_value: given(input.max, current.max_value), pattern: given(input.pattern, current.pattern),
    position: input.position ?? current.position, archived_at: archived,
  };
}

async function check(trx: Knex.Transaction, definition: Parameters<typeof definitionProblems>[0]): Promise<void> {
  const problems = definitionProblems(definition);
  if (problems.length === 0 && definition.pattern !== null && !await isPattern(trx, definition.pattern)) problems.push({ path: 'pattern', code: 'invalid_pattern', message: '"pattern" is not a regular expression that Postgres understands.' });
  if (problems.length > 0) throw invalidBody(problems);
}

/** Bounds in the form in which they are compared. */
function bounds({ type, min_value: min, max_value: max }: Pick<CustomField, 'type' | 'min_value' | 'max_value'>): Pick<CustomField, 'min_value' | 'max_value'> {
  return { min_value: min === null ? null : boundOf(type, min), max_value: max === null ? null : boundOf(type, max) };
}
