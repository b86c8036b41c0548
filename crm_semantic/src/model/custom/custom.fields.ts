import { helper } from '../cubes/shared/common.members.js';
import { calendarDate } from '../sql.parts.js';
import type { BusinessUnit, Cube, Dimension, Measure } from '../model.types.js';

/** A custom field as an administrator defined it. */
export interface CustomField {
  readonly id: string;
  readonly entity: string;
  readonly key: string;
  readonly label: string;
  readonly label_ar: string;
  readonly type: string;
  readonly choices: readonly { readonly value: string; readonly label: string; readonly label_ar: string }[];
}

/** How the values of a type are read: from a column of `crm_custom_values`, as a dimension, summed where they are numbers. */
interface Kind {
  readonly column: string;
  readonly dimension: Dimension['type'];
  readonly shown?: (value: string) => string;
  readonly number?: { readonly unit: Measure['unit']; readonly format?: 'currency' };
}

const text: Kind = { column: 'text_value', dimension: 'string' };

const kinds: Readonly<Record<string, Kind>> = {
  text, choice: text, url: text, email: text, phone: text,
  long_text: { column: 'long_text_value', dimension: 'string' },
  integer: { column: 'toInt64(number_value)', dimension: 'number', number: { unit: 'number' } },
  decimal: { column: 'number_value', dimension: 'number', number: { unit: 'number' } },
  money: { column: 'CAST(number_value, \'Nullable(Decimal(18, 2))\')', dimension: 'number', number: { unit: 'money', format: 'currency' } },
  date: { column: 'date_value', dimension: 'time', shown: calendarDate },
  datetime: { column: 'timestamp_value', dimension: 'time' },
  boolean: { column: 'boolean_value', dimension: 'boolean' },
  multi_choice: { column: `arrayStringConcat(JSONExtract(assumeNotNull(json_value), 'Array(String)'), ', ')`, dimension: 'string' },
};

// Keys and ids become names and SQL of the model; the API admits no others, but the model does not rely on it.
const wellFormed = ({ id, key, type }: CustomField): boolean => /^[0-9a-f-]{36}$/.test(id) && /^[a-z][a-z0-9_]{0,62}$/.test(key) && Object.hasOwn(kinds, type);

/** The cubes whose rows can have custom fields, by resource. */
const extended: readonly string[] = ['accounts', 'contacts', 'leads', 'deals', 'tickets'];

const cubeName = ({ entity, key }: Pick<CustomField, 'entity' | 'key'>): string => `crm_custom_${entity}_${key}`;

/** The field of the role matrix that a cube of custom values tells of; undefined for any other cube. */
export function customFieldOf(cube: string): `${string}.${string}` | undefined {
  const [, entity, key] = /^crm_custom_([a-z]+)_(\w+)$/.exec(cube) ?? [];
  return entity === undefined || key === undefined ? undefined : `${entity}.custom.${key}`;
}

/** The declared cubes with a dimension for each custom field, and sum and average for each number. Joined one by one, so that a question reads the fields it names and no others. */
export function withCustomFields(cubes: readonly Cube[], all: readonly CustomField[]): readonly Cube[] {
  const fields = all.filter((field) => extended.includes(field.entity) && wellFormed(field));
  const owners = new Map(extended.map((entity) => [`crm_${entity}`, fields.filter((field) => field.entity === entity)]));
  return cubes.flatMap((cube): Cube[] => {
    const own = owners.get(cube.name) ?? [];
    if (own.length === 0) return [cube];
    return [...own.map((field) => valuesOf(field, cube.unit)), {
      ...cube,
      joins: { ...cube.joins, ...Object.fromEntries(own.map((field) => [cubeName(field), `{CUBE}.id = {${cubeName(field)}}.id`])) },
      measures: { ...cube.measures, ...Object.assign({}, ...own.map(measuresOf)) as Record<string, Measure> },
      dimensions: { ...cube.dimensions, ...Object.fromEntries(own.map((field) => [`custom_${field.key}`, dimensionOf(field)])) },
    }];
  });
}

function valuesOf(field: CustomField, unit: BusinessUnit): Cube {
  const { column, dimension } = kinds[field.type] ?? text;
  const internal = (name: string, type: Dimension['type'], primaryKey?: true): Dimension => ({ title: name, titleAr: name, description: name, descriptionAr: name, type, sql: `{CUBE}.${name}`, ...(primaryKey ? { primaryKey } : {}), internal: true });
  return {
    name: cubeName(field), unit, description: 'The values of one custom field, one row by record.',
    sql: `SELECT entity_id AS id, ${column} AS value FROM crm_raw.crm_custom_values FINAL WHERE deleted_at IS NULL AND field_id = '${field.id}'`,
    joins: {}, measures: {}, dimensions: { id: internal('id', 'string', true), value: internal('value', dimension) },
  };
}

function dimensionOf(field: CustomField): Dimension {
  const { dimension, shown } = kinds[field.type] ?? text;
  const value = `{${cubeName(field)}.value}`;
  return {
    title: field.label, titleAr: field.label_ar, description: `Custom field ${field.key}.`, descriptionAr: `حقل مخصص: ${field.label_ar}.`, type: dimension, sql: shown ? shown(value) : value,
    ...(field.choices.length > 0 ? { choices: field.choices } : {}),
  };
}

function measuresOf(field: CustomField): Record<string, Measure> {
  const { number } = kinds[field.type] ?? text;
  if (!number) return {};
  const value = `{${cubeName(field)}.value}`;
  const format = number.format ? { format: number.format } : {};
  return {
    [`sum_custom_${field.key}`]: {
      title: `${field.label} (sum)`, titleAr: `${field.label_ar} (المجموع)`, description: `Sum of the custom field ${field.key}.`, descriptionAr: `مجموع الحقل المخصص: ${field.label_ar}.`,
      type: 'number', sql: `sum(ifNull(${value}, 0))`, ...format, unit: number.unit, formula: `Σ ${field.key}`, formulaAr: `Σ ${field.label_ar}`, additive: true,
    },
    [`avg_custom_${field.key}`]: {
      title: `${field.label} (average)`, titleAr: `${field.label_ar} (المتوسط)`, description: `Average of the custom field ${field.key} over the records that have it.`, descriptionAr: `متوسط الحقل المخصص للسجلات التي تحمله: ${field.label_ar}.`,
      type: 'number', sql: `avg(toFloat64(${value}))`, ...format, unit: number.unit, formula: `Σ ${field.key} ÷ number of records with a value`, formulaAr: `Σ ${field.label_ar} ÷ عدد السجلات التي لها قيمة`, parts: `sum_custom_${field.key} / count_custom_${field.key}`,
    },
    [`count_custom_${field.key}`]: helper(`${field.label} (records)`, `${field.label_ar} (السجلات)`, { type: 'count', where: `${value} IS NOT NULL`, unit: 'count', formula: 'number of records with a value', formulaAr: 'عدد السجلات التي لها قيمة', additive: true }),
  };
}
