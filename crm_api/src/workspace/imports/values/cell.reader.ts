import type { CustomChoice, CustomField } from '../../../kernel/custom/custom.types.js';
import type { ColumnMapping, FieldDefinition } from '../import.types.js';
import { isList } from '../targets/custom.target.js';
import { splitList } from './list.splitter.js';
import { applyAlias, parseCell, type ParseContext, type Parsed } from './value.parser.js';

// More would hide the sentence behind them.
const namedChoices = 20;

/** Reads a cell as its field's type; of custom fields into the form that the API takes, whose rules then judge it. */
export function readCell(field: FieldDefinition, text: string, context: ParseContext): Parsed {
  const parsed = parseCell(field, text, context);
  if (field.custom === undefined || !('value' in parsed) || typeof parsed.value !== 'string') return parsed;
  switch (field.custom.type) {
    case 'integer': return { value: Number(parsed.value) };
    case 'decimal': case 'money': return { value: plainDecimal(parsed.value) };
    case 'choice': return choose(field, field.custom, [parsed.value]);
    case 'multi_choice': return choose(field, field.custom, splitList(parsed.value, (part) => chosen(field.custom?.options ?? [], part) !== undefined));
    default: return parsed;
  }
}

/** The text of a cell after the column's aliases; in a list each part can have one. */
export function aliasedText(field: FieldDefinition, text: string, column: ColumnMapping): string {
  const whole = applyAlias(text, column);
  if (whole !== text || column.aliases === undefined || !isList(field)) return whole;
  const parts = splitList(text, (part) => column.aliases?.[part] !== undefined);
  return parts.some((part) => column.aliases?.[part] !== undefined) ? parts.map((part) => applyAlias(part, column)).join('; ') : text;
}

/** `.5`, `5.` and `5.10` as the API writes them. */
function plainDecimal(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = fraction.replace(/0+$/, '');
  return `${whole.replace(/^(-?)$/, '$10')}${digits === '' ? '' : `.${digits}`}`;
}

function choose(field: FieldDefinition, custom: CustomField, parts: readonly string[]): Parsed {
  const found = parts.map((part) => chosen(custom.options, part));
  const unknown = parts.find((_, index) => found[index] === undefined);
  if (unknown !== undefined) {
    const labels = custom.options.slice(0, namedChoices).map((one) => one.label).join(', ');
    const message = `“${unknown}” is not one of: ${labels}${custom.options.length > namedChoices ? ', …' : ''}. Map it to one of them with an alias, or have an administrator add it to the field.`;
    return { problem: { code: 'choice_unknown', field: field.key, value: unknown.slice(0, 200), message } };
  }
  const values = [...new Set(found.flatMap((one) => (one === undefined ? [] : [one.value])))];
  return { value: custom.type === 'multi_choice' ? (values.length === 0 ? null : values) : values[0] ?? null };
}

const folded = (text: string): string => text.normalize('NFKC').trim().toLowerCase().replace(/[\s_-]+/g, ' ');

/** The choice that a text means: its value, or its name in either language. */
function chosen(options: readonly CustomChoice[], text: string): CustomChoice | undefined {
  const wanted = folded(text);
  return options.find((one) => one.value === text) ?? options.find((one) => folded(one.value) === wanted) ?? options.find((one) => folded(one.label) === wanted || folded(one.label_ar) === wanted);
}
