/** An error in ClickHouse's own terms: numeric code, name and text, as `@clickhouse/client` parses it. */
export class WarehouseError extends Error {
  constructor(
    readonly code: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = 'WarehouseError';
  }

  /** HTTP status that a ClickHouse server answers for this code. */
  get status(): number {
    return STATUS.get(this.code) ?? (/^(CANNOT_PARSE_|UNKNOWN_QUERY_PARAMETER)/.test(this.type) ? 400 : 500);
  }

  /** The line that a ClickHouse server answers. */
  text(version: string): string {
    return `Code: ${String(this.code)}. DB::Exception: ${this.message} (${this.type}) (version ${version} (embedded))\n`;
  }
}

// From exceptionCodeToHTTPStatus in ClickHouse's src/Server/HTTP/exceptionCodeToHTTPStatus.cpp.
const STATUS: ReadonlyMap<number, number> = new Map(
  Object.entries({
    400: [6, 16, 17, 26, 27, 36, 38, 41, 42, 43, 44, 53, 62, 70, 72, 128, 130, 168, 179, 184, 215, 321, 349, 456],
    401: [194],
    403: [164, 192, 193, 291, 452, 482, 497, 516],
    404: [46, 47, 50, 56, 60, 73, 78, 81, 115, 137],
    408: [159],
    411: [381],
    413: [307, 1301],
    501: [48],
    503: [76, 202, 209],
  }).flatMap(([status, codes]) => codes.map((code): [number, number] => [code, Number(status)])),
);

const ENGINE = /^Code: (\d+)\. DB::Exception: ([\s\S]*?)\s*\(([A-Z][A-Z0-9_]+)\)\s*(?:\(version [^)]*\)\.?)?\s*$/;

/** Turns what the engine threw into a WarehouseError, without the doubled prefix and the names of spool files. */
export function toWarehouseError(error: unknown): WarehouseError {
  if (error instanceof WarehouseError) return error;
  const raw = error instanceof Error ? error.message : String(error);
  const found = ENGINE.exec(raw);
  if (found === null) return new WarehouseError(1002, 'UNKNOWN_EXCEPTION', raw.trim());
  const message = (found[2] ?? '')
    .replace(/^(Code: \d+\. DB::Exception: )+/, '')
    .replace(/\s*\([A-Z][A-Z0-9_]+\) \(version [^)]*\)\.?$/, '')
    .replaceAll(/: \(in file\/uri [^)]*\)/g, '')
    .replaceAll(/: While executing File: data for INSERT was parsed from file\.?/g, ': While executing the insert')
    .trim();
  return new WarehouseError(Number(found[1]), found[3] ?? 'UNKNOWN_EXCEPTION', message);
}
