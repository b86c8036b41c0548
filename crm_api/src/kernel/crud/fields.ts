import type Joi from 'joi';

/** How a value is stored, written in JSON and compared. */
export type FieldKind =
  | 'text' | 'words' | 'email' | 'phone' | 'url' | 'money' | 'decimal' | 'number' | 'integer' | 'boolean'
  | 'date' | 'timestamp' | 'uuid' | 'choice' | 'currency' | 'country';

/** One column of a resource as the API shows it. */
export interface Field {
  readonly kind: FieldKind;
  readonly description: string;
  /** Must be given on creation, and can never be emptied. */
  readonly required: boolean;
  /** May be null in the table. */
  readonly nullable: boolean;
  /** Set by the product, never by a caller. */
  readonly readOnly: boolean;
  /** May be given on creation but not changed later. */
  readonly createOnly: boolean;
  readonly sort: boolean;
  readonly filter: boolean;
  readonly max: number | undefined;
  readonly min: number | undefined;
  readonly scale: number | undefined;
  readonly values: readonly string[] | undefined;
  /** A stricter or different rule for input, in place of the kind's. */
  readonly input: Joi.Schema | undefined;
}

type Options = Partial<Omit<Field, 'kind'>>;

function make(kind: FieldKind, description: string, options: Options = {}): Field {
  const required = options.required ?? false;
  return {
    kind, description, required, nullable: !required, readOnly: false, createOnly: false, sort: false, filter: true,
    max: undefined, min: undefined, scale: undefined, values: undefined, input: undefined, ...options,
  };
}

const plain = (kind: FieldKind) => (description: string, options: Options = {}): Field => make(kind, description, options);

/** Builders of fields; each takes the sentence that the OpenAPI document shows. Fields are nullable unless required or told otherwise. */
export const field = {
  /** Up to 200 characters unless told otherwise. */
  text: (description: string, options: Options = {}): Field => make('text', description, { max: 200, ...options }),
  /** Long text: its words can be looked for, but nothing is compared with the whole. */
  words: (description: string, options: Options = {}): Field => make('words', description, options),
  email: plain('email'),
  /** E.164; national numbers are understood where the record has a `country_code`. */
  phone: plain('phone'),
  url: plain('url'),
  /** `numeric(18,2)`; a string in JSON. */
  money: plain('money'),
  /** An exact decimal with `scale` digits after the point; a string in JSON. */
  decimal: (scale: number, description: string, options: Options = {}): Field => make('decimal', description, { scale, ...options }),
  /** A decimal small enough for a JSON number, such as a probability. */
  number: plain('number'),
  integer: plain('integer'),
  boolean: (description: string, options: Options = {}): Field => make('boolean', description, { nullable: false, ...options }),
  date: plain('date'),
  timestamp: plain('timestamp'),
  uuid: plain('uuid'),
  choice: (values: readonly string[], description: string, options: Options = {}): Field => make('choice', description, { values, ...options }),
  currency: plain('currency'),
  country: plain('country'),
};

/** The columns every table has. */
export const commonFields = {
  created_at: field.timestamp('When the record was made.', { nullable: false, readOnly: true, sort: true }),
  updated_at: field.timestamp('When the record was last changed.', { nullable: false, readOnly: true, sort: true }),
} satisfies Record<string, Field>;

/** The pair that names the same record in another system. */
export const externalFields = {
  external_source: field.text('The system the record came from.', { max: 100 }),
  external_id: field.text('The id of the record in that system; unique with external_source.', { max: 200 }),
} satisfies Record<string, Field>;
