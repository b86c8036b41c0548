import type { TableShape } from '../mappings/table.shape.js';
import { noteOf, readShapeNote, silentChange, writeShapeNote, type ShapeNote } from '../mappings/shape.note.js';
import { unclearNames, type LateRows } from '../mappings/unclear.names.js';
import type { ChangeWriter } from '../pipeline/change.writer.js';
import { assertStreamable, readPublishedTables } from './embedded/catalogue.reader.js';
import { describeRekey, needsCopy, snapshotTables, withClient, type BootstrapOptions } from './embedded/embedded.bootstrap.js';

/** What the keeper works with. */
export interface KeeperOptions extends BootstrapOptions {
  readonly writer: ChangeWriter;
  /** Tells the pipeline the shape of the rows that follow. */
  readonly adopt: (shape: TableShape) => void;
  /** The shape with a place for rows that are on their way in an older one. */
  readonly place: (shape: TableShape) => TableShape;
}

/** Keeps the warehouse in the shape of the published tables while their rows flow. */
export class ShapeKeeper {
  private readonly known = new Map<string, TableShape>();
  private notes = new Map<string, ShapeNote>();

  constructor(private readonly options: KeeperOptions) {}

  /** Takes over the tables of a start. */
  async begin(shapes: readonly TableShape[]): Promise<void> {
    this.known.clear();
    await this.readNotes();
    for (const shape of shapes) {
      this.known.set(shape.name, shape);
      this.options.adopt(shape);
      // A start that did not note it has just brought the table to this very shape.
      if (!this.notes.has(shape.name)) await this.note(shape);
    }
  }

  /** Brings the warehouse to a table's new shape, and reads its rows again where the log does not tell how they changed; `now` is the catalogue's own. */
  async reshape(shape: TableShape, now = shape, late?: LateRows): Promise<void> {
    const { writer, sink, log } = this.options;
    const change = await writer.patiently(() => sink.prepare(shape));
    const note = this.notes.get(shape.name);
    if (change.archive !== undefined || (note !== undefined && note.key.join() !== shape.primaryKey.join())) log(describeRekey(shape, change));
    const isNew = !this.known.has(shape.name);
    const silent = isNew ? 'joined the publication' : note && silentChange(note, shape);
    // What was read behind these rows holds what became of them.
    const covered = late !== undefined && note?.fence !== undefined && late.until <= note.fence.version;
    const unclear = late === undefined || covered ? null : unclearNames(now, late);
    const lost = silent ?? unclear ?? (change.created || (note === undefined && await withClient(this.options, (client) => needsCopy(client, shape, change))) ? 'changed its shape' : null);
    if (lost !== null) {
      log(`${shape.name}: ${lost}; reading its rows`);
      await snapshotTables(this.options, [now]);
      await this.readNotes();
      // The copy described the table without the columns of older rows.
      if (now !== shape) await writer.patiently(() => sink.prepare(shape));
    } else if (note === undefined || writeShapeNote(noteOf(shape, note.fence)) !== writeShapeNote(note)) await this.note(shape, note);
    this.known.set(shape.name, now);
  }

  /** Finds what changed without any row in the log: tables that joined or left, and changes of shape; and settles what waited for `position`. */
  async compare(position: bigint): Promise<void> {
    const { writer, sink, log, adopt, place, publication } = this.options;
    const published = await withClient(this.options, (client) => readPublishedTables(client, publication));
    for (const shape of published) {
      const known = this.known.get(shape.name);
      const note = this.notes.get(shape.name);
      // A note of an earlier release does not tell which columns have come and gone; from now on it does.
      if (known && note?.highest !== undefined && writeShapeNote(noteOf(known)) === writeShapeNote(noteOf(shape)) && silentChange(note, shape) === null) continue;
      assertStreamable(shape);
      const placed = place(shape);
      await this.reshape(placed, shape);
      adopt(placed);
    }
    const names = new Set(published.map((shape) => shape.name));
    for (const name of [...this.known.keys()]) {
      if (names.has(name)) continue;
      log(`${name}: left the publication; its rows stay as they are`);
      this.known.delete(name);
      // Not complete any more: should it come back, its rows are read anew.
      await writer.patiently(() => sink.mark(name, 'failed'));
    }
    await this.settle(position);
  }

  /** Ends rows of older changes that arrived behind a snapshot which does not hold them. */
  private async settle(position: bigint): Promise<void> {
    for (const [name, note] of this.notes) {
      const shape = this.known.get(name);
      if (note.fence === undefined || shape === undefined || position < note.fence.until) continue;
      const { version, at } = note.fence;
      await this.options.writer.patiently(() => this.options.sink.endOlder(shape, { version, at }));
      await this.note(shape);
    }
  }

  private async note(shape: TableShape, before?: ShapeNote): Promise<void> {
    const note = noteOf(shape, before?.fence);
    await this.options.writer.patiently(() => this.options.sink.note(shape.name, writeShapeNote(note)));
    this.notes.set(shape.name, note);
  }

  private async readNotes(): Promise<void> {
    const texts = await this.options.writer.patiently(() => this.options.sink.notes());
    this.notes = new Map([...texts].flatMap(([name, text]) => {
      const note = readShapeNote(text);
      return note === undefined ? [] : [[name, note]];
    }));
  }
}
