import type { ShapeNote } from '../../mappings/shape.note.js';
import type { ColumnShape, TableShape } from '../../mappings/table.shape.js';
import type { LateRows } from '../../mappings/unclear.names.js';
import { lateShape, type SentColumn } from '../embedded/late.shape.js';
import { fitsType, typeOfValue } from './value.fit.js';
import { isNeverTold, isUnavailable, valueReader, type Json, type TypeInfo, type ValueReader } from './value.text.js';

/** Where a value of a record goes and how it is read. */
export interface FormColumn {
  /** Its name in records. */
  readonly name: string;
  /** Its name in the warehouse: another one where the present column of this name cannot hold it. */
  readonly place: string;
  readonly read: ValueReader;
  readonly key: boolean;
  /** True when older rows have a value of their own for it, so that its absence says which. */
  readonly filled: boolean;
  /** True when a record never tells its value. */
  readonly never: boolean;
  /** True when Postgres can be asked for it. */
  readonly present: boolean;
}

/** How rows of one shape are read; null for rows that have no place in the table as it is now. */
export type RowForm = readonly FormColumn[] | null;

type Row = Readonly<Record<string, Json>>;
type Types = ReadonlyMap<number, TypeInfo>;

// More changes of one table than this while its records are on their way are read by their values.
const remembered = 8;

/**
 * Tells with which shape of its table a record was written. A record names its columns but not their types, and one written before a change
 * of shape is read after it: first it is held against the present shape, then against those before it. Where none fits, each value is
 * placed by what it is.
 */
export class RowForms {
  /** The present shape, with a place for what only older records bring. */
  placed: TableShape;
  private readonly present: readonly FormColumn[];
  private readonly known = new Map<string, RowForm>();
  private readonly told = new Set<string>();

  /** `since`: position behind which every record has the present shape; `former`: shapes before it, newest first. */
  constructor(readonly shape: TableShape, private readonly types: Types, readonly since: bigint, private readonly former: readonly TableShape[]) {
    this.placed = shape;
    this.present = shape.columns.map((column) => this.column(column, column.name));
  }

  /** The forms of the shape that has followed this one. */
  next(shape: TableShape, types: Types, since: bigint): RowForms {
    if (!sameRows(this.shape, shape)) return new RowForms(shape, types, since, [this.shape, ...this.former].slice(0, remembered));
    const forms = new RowForms(shape, types, since < this.since ? since : this.since, this.former);
    forms.placed = { ...shape, columns: this.placed.columns };
    return forms;
  }

  /** The form of a record's row that was written at a position. */
  of(row: Row, lsn: bigint): RowForm {
    if (lsn > this.since || this.matches(this.shape, row)) return this.present;
    const former = this.former.find((shape) => this.matches(shape, row));
    // Rows of a table that was dropped have no place in the one that has its name now.
    if (former !== undefined && former.oid !== this.shape.oid) return null;
    if (former !== undefined) return this.formOf(former.columns, ({ never }) => never);
    // What the record does not name may also be of a type that no record names.
    return this.formOf(this.guess(row), () => true);
  }

  /** The columns of a record's row, once for each list of them that is not that of the present shape: values may have come under names that mean others by now. */
  late(row: Row, lsn: bigint): LateRows | undefined {
    if (lsn > this.since) return undefined;
    const names = Object.keys(row);
    const mark = names.join();
    if (this.told.has(mark)) return undefined;
    this.told.add(mark);
    if (mark === this.present.flatMap(({ name, never }) => (never ? [] : [name])).join()) return undefined;
    const all = [this.shape, ...this.former].flatMap(({ columns }) => columns);
    const sent = names.map((name) => ({ name, type: all.find((column) => column.name === name)?.type }));
    return { sent, until: lsn + 1n, untold: this.present.flatMap(({ name, never }) => (never ? [name] : [])) };
  }

  private matches(shape: TableShape, row: Row): boolean {
    let found = 0;
    for (const { name, typeOid } of shape.columns) {
      const value = row[name];
      if (value === undefined || !this.fits(value, typeOid)) return false;
      found++;
    }
    return found === Object.keys(row).length;
  }

  private fits(value: Json, oid: number): boolean {
    return fitsType(value, oid, this.types) || isUnavailable(value);
  }

  private guess(row: Row): SentColumn[] {
    const all = [this.shape, ...this.former].flatMap(({ columns }) => columns);
    return Object.entries(row).flatMap(([name, value]) => {
      const like = all.find((column) => column.name === name && this.fits(value, column.typeOid));
      if (like !== undefined) return [like];
      // Of a column that is gone and that nobody remembers, not even the type of its place is known.
      if (!all.some((column) => column.name === name)) return [];
      const type = typeOfValue(value);
      return [{ name, type, typeOid: oidOf(type, this.types) }];
    });
  }

  /** The form of rows with these columns; of the present ones that they lack, `asked` tells those that Postgres is asked for. */
  private formOf(sent: readonly SentColumn[], asked: (column: FormColumn) => boolean): RowForm {
    const mark = JSON.stringify(sent.map(({ name, type }) => [name, type]));
    const known = this.known.get(mark);
    if (known !== undefined) return known;
    const late = lateShape(this.placed, sent);
    let form: RowForm = null;
    if (!late.keyless) {
      this.placed = late.shape;
      const lacking = this.present.filter((column) => asked(column) && !sent.some(({ name }) => name === column.name));
      form = [...sent.map((column) => this.column(column, late.kept.get(column.name) ?? column.name)), ...lacking];
    }
    this.known.set(mark, form);
    return form;
  }

  private column({ name, type, typeOid }: SentColumn, place: string): FormColumn {
    const now: ColumnShape | undefined = this.shape.columns.find((column) => column.name === place);
    return {
      name, place, read: valueReader(typeOid, type, this.types), key: this.shape.primaryKey.includes(place), filled: now !== undefined && now.missing !== null,
      never: isNeverTold(typeOid, type, this.types), present: now !== undefined,
    };
  }
}

function sameRows(a: TableShape, b: TableShape): boolean {
  const rows = ({ oid, columns, primaryKey }: TableShape): string => JSON.stringify([oid, columns, primaryKey]);
  return rows(a) === rows(b);
}

/** The shape that a table had when it was last noted, as far as the note knows it; none when it is the present one or there is no note. */
export function formerShapes(shape: TableShape, note: ShapeNote | undefined, types: Types): TableShape[] {
  if (note === undefined) return [];
  const columns = note.columns.map(([name, attnum, type]): ColumnShape => ({ name, attnum, type, typeOid: oidOf(type, types), notNull: false, missing: null }));
  const same = note.oid === shape.oid && JSON.stringify(columns.map(({ name, type }) => [name, type])) === JSON.stringify(shape.columns.map(({ name, type }) => [name, type]));
  return same ? [] : [{ ...shape, oid: note.oid, columns, primaryKey: note.key }];
}

/** Number of the type with a name, without its modifier; 0 when there is none. */
export function oidOf(type: string, types: Types): number {
  const bare = type.replace(/\(.*?\)/, '');
  for (const [oid, { name }] of types) if (name === bare) return oid;
  return 0;
}
