import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInputObjectType, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLScalarType, GraphQLString, Kind, valueFromASTUntyped, type GraphQLInputType, type GraphQLOutputType, type GraphQLScalarType as Scalar } from 'graphql';
import { mayBeNull } from '../../kernel/crud/field.access.js';
import type { Field } from '../../kernel/crud/fields.js';
import { operatorsOf, type Operator } from '../../kernel/crud/list.query.js';

const text = (name: string, description: string): Scalar => new GraphQLScalarType({
  name, description, serialize: String,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => (node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : valueFromASTUntyped(node, variables)),
});

/** Exact decimals; the services check them, as they do for REST. */
export const decimalScalar = text('Decimal', 'An exact decimal as text, such as "1250.00".');
/** Days of the calendar. */
export const dateScalar = text('Date', 'A day such as "2026-03-31".');
/** Instants. */
export const instantScalar = text('DateTime', 'A time with its zone such as "2026-03-31T14:05:00Z"; answers are in UTC.');
/** Documents whose shape the REST schema describes. */
export const jsonScalar = new GraphQLScalarType({
  name: 'JSON', description: 'Any JSON value.', serialize: (value) => value, parseValue: (value) => value, parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

// GraphQL's enums cannot hold every choice that the data model has, so choices are text, checked by the services.
function scalarOf(field: Pick<Field, 'kind'>): Scalar {
  switch (field.kind) {
    case 'uuid': return GraphQLID;
    case 'money': case 'decimal': return decimalScalar;
    case 'number': return GraphQLFloat;
    case 'integer': return GraphQLInt;
    case 'boolean': return GraphQLBoolean;
    case 'date': return dateScalar;
    case 'timestamp': return instantScalar;
    default: return GraphQLString;
  }
}

/** The type of a field in an answer. */
export function outputType(field: Field): GraphQLOutputType {
  return mayBeNull(field) ? scalarOf(field) : new GraphQLNonNull(scalarOf(field));
}

/** The type of a field in a creation or change; what must be given is the services' to say, in their own words. */
export function inputType(field: Field): GraphQLInputType {
  return scalarOf(field);
}

/** The conditions of a filter that is not a column. */
export const specialCondition = new GraphQLInputObjectType({ name: 'SpecialCondition', fields: { eq: { type: GraphQLString }, ne: { type: GraphQLString } } });

const conditions = new Map<string, GraphQLInputObjectType>();

/** The conditions that a field can be filtered by. */
export function conditionType(field: Field): GraphQLInputObjectType {
  const operators = operatorsOf(field);
  const name = `${scalarOf(field).name}${operators.includes('contains') ? 'Text' : ''}Condition`;
  const known = conditions.get(name);
  if (known) return known;
  const fields = Object.fromEntries(operators.map((op): [Operator, { type: GraphQLInputType }] => [op, { type: op === 'null' ? GraphQLBoolean : op === 'in' ? new GraphQLList(new GraphQLNonNull(scalarOf(field))) : scalarOf(field) }]));
  const made = new GraphQLInputObjectType({ name, fields });
  conditions.set(name, made);
  return made;
}

