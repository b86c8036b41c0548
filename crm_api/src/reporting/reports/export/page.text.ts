import bidiFactory from 'bidi-js';
import PDFDocument from 'pdfkit';
import { fonts } from '../../delivery/chart.picture.js';

const bidi = bidiFactory();

/** A piece of a line in one direction and one script, in the order that it is drawn in from left to right. */
export interface Run {
  readonly text: string;
  readonly arabic: boolean;
}

const arabicLetter = /\p{Script=Arabic}/u;
/** What only the Arabic font has: its comma and semicolon, too, which are of no script. */
const arabicSign = /[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]/;
const isMark = (char: string): boolean => /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/.test(char);

/**
 * A line as runs from left to right (UAX #9, rule L2). A word of Arabic stays in the order that it is read in, because the font's shaping turns it round; other text that runs from right to left is turned here.
 * Marks of direction have done their work then, and are left out, because fonts have no picture of them.
 */
export function runsOf(text: string, direction: 'ltr' | 'rtl'): Run[] {
  const { levels } = bidi.getEmbeddingLevels(text, direction);
  const pieces: { text: string; level: number; arabic: boolean }[] = [];
  let at = 0;
  for (const char of text) {
    const level = levels[at] ?? 0;
    const last = pieces.at(-1);
    if (!isMark(char)) {
      const arabic = arabicSign.test(char);
      const neutral = !arabic && /[\s\p{P}\p{M}]/u.test(char);
      // Spaces of other widths are in one font and not in the other.
      const shown = /[\u00a0\u2000-\u200a\u202f]/.test(char) ? ' ' : level % 2 === 1 ? (bidi.getMirroredCharacter(char) ?? char) : char;
      if (last !== undefined && last.level === level && (neutral || last.arabic === arabic)) last.text += shown;
      else pieces.push({ text: shown, level, arabic });
    }
    at += char.length;
  }
  const highest = Math.max(0, ...pieces.map(({ level }) => level));
  for (let level = highest; level > 0; level -= 1) {
    for (let from = 0; from < pieces.length; from += 1) {
      let to = from;
      while ((pieces[to]?.level ?? -1) >= level) to += 1;
      if (to > from) pieces.splice(from, to - from, ...pieces.slice(from, to).reverse());
      from = Math.max(from, to);
    }
  }
  return pieces.flatMap(({ text: own, level, arabic }) => (level % 2 === 0 ? [{ text: own, arabic }] : wordsOf(own, arabic)));
}

/** The words of a piece that runs from right to left, the last one first: fonts shape them one by one, and turn round only what has Arabic letters. */
const wordsOf = (piece: string, arabic: boolean): Run[] =>
  (piece.match(/\S+\s*|\s+/g) ?? []).reverse().map((word) => ({ text: arabicLetter.test(word) ? word : [...word].reverse().join(''), arabic }));

/** A value in its own direction, whatever it stands in (UAX #9, first strong isolate). */
export const isolate = (text: string): string => `\u2068${text}\u2069`;

/** Where and how a line is drawn. */
export interface Style {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
}

const faces = ['latin', 'latin bold', 'arabic', 'arabic bold'] as const;
const mostKept = 20_000;
const keyOf = ({ size, bold = false }: Style): string => `${size} ${bold ? 'b' : 'r'}`;

/** Keeps what was worked out, and forgets all where it becomes too much. */
function keep<T>(known: Map<string, T>, key: string, value: T): T {
  if (known.size >= mostKept) known.clear();
  known.set(key, value);
  return value;
}

/** Writes and measures lines in both scripts on the pages of a document. */
export class Pen {
  private readonly known = new Map<string, { readonly runs: readonly Run[]; readonly width: number }>();
  private readonly broken = new Map<string, readonly string[]>();

  constructor(readonly doc: PDFKit.PDFDocument, readonly direction: 'ltr' | 'rtl') {
    faces.forEach((face, index) => { doc.registerFont(face, fonts[index] ?? ''); });
  }

  /** Width of a line in points. */
  width(text: string, style: Style): number {
    return this.laid(text, style).width;
  }

  /** A text in lines no wider than `width`: broken between words, and within one that is wider by itself. Nothing of it is left out. */
  lines(text: string, width: number, style: Style): readonly string[] {
    const key = `${width} ${keyOf(style)} ${text}`;
    const known = this.broken.get(key);
    if (known) return known;
    const lines = text.split('\n').flatMap((line) => this.fold(line, width, style));
    return keep(this.broken, key, lines);
  }

  /** Draws one line; `x` is its left end. */
  write(text: string, x: number, y: number, style: Style): void {
    let left = x;
    for (const run of this.laid(text, style).runs) {
      const face = this.face(run, style).fillColor(style.colour ?? '#171c26');
      face.text(run.text, left, y, { lineBreak: false });
      left += face.widthOfString(run.text);
    }
  }

  private laid(text: string, style: Style): { readonly runs: readonly Run[]; readonly width: number } {
    const key = `${keyOf(style)} ${text}`;
    const known = this.known.get(key);
    if (known) return known;
    const runs = runsOf(text, this.direction);
    return keep(this.known, key, { runs, width: runs.reduce((sum, run) => sum + this.face(run, style).widthOfString(run.text), 0) });
  }

  private fold(line: string, width: number, style: Style): string[] {
    if (this.width(line, style) <= width) return [line];
    const lines: string[] = [];
    let open = '';
    for (const word of line.split(/(?<=[\s/])/)) {
      if (open !== '' && this.width((open + word).trimEnd(), style) > width) { lines.push(open.trimEnd()); open = ''; }
      open += word;
      while (this.width(open.trimEnd(), style) > width && [...open].length > 1) {
        const fits = this.fitting(open, width, style);
        lines.push(open.slice(0, fits));
        open = open.slice(fits);
      }
    }
    return open.trimEnd() === '' ? lines : [...lines, open.trimEnd()];
  }

  private face({ arabic }: Run, { size, bold = false }: Style): PDFKit.PDFDocument {
    return this.doc.font(faces[(arabic ? 2 : 0) + (bold ? 1 : 0)] ?? 'latin', size);
  }

  private fitting(text: string, width: number, style: Style): number {
    let [least, most] = [1, text.length];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (this.width(text.slice(0, middle), style) <= width) least = middle;
      else most = middle - 1;
    }
    return /[\ud800-\udbff]/.test(text[least - 1] ?? '') ? least + 1 : least;
  }
}

/** A pen that only measures. */
export const ruler = (direction: 'ltr' | 'rtl'): Pen => new Pen(new PDFDocument({ autoFirstPage: true }), direction);
