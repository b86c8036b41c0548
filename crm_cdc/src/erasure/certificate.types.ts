/** A place where a string of the person was found. Never the string itself. */
export interface Finding {
  readonly where: 'postgres' | 'warehouse' | 'topics' | 'files';
  /** Table, topic or file. */
  readonly place: string;
  readonly column: string | null;
  /** Rows, records or 1 for a file. */
  readonly count: number;
}

/** What one search looked at. */
export interface Searched {
  /** Tables, topics or files. */
  readonly places: number;
  readonly columns: number;
  /** Rows, records or bytes. */
  readonly items: number;
  readonly findings: readonly Finding[];
  /** What could not be read, and so is not proven. */
  readonly unread: readonly string[];
}

/** The forms in which an identifier may stand: as it is, in small letters, without accents, and inside of JSON. */
export interface Needles {
  readonly given: readonly string[];
  /** Small letters, compared with the small letters of what is searched. */
  readonly forms: readonly string[];
}

/** What is looked for in plain bytes, beside which the case of Latin letters counts for nothing: the case of others is known of text only. */
export function byteForms({ given, forms }: Needles): string[] {
  return [...new Set([...given, ...forms, ...given.map((value) => value.toUpperCase())])];
}
