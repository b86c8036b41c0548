/** Where an error leads: try again, set the row aside, or stop before anything is confirmed. */
export type ErrorClass = 'retriable' | 'poison' | 'unknown';

// Connections that end, refuse or time out.
const socketCodes = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_STREAM_DESTROYED',
]);
// Postgres: connection (08), insufficient resources (53), operator intervention (57), a slot still read by a dying process (55006), waits (55P03, 40001, 40P01).
const postgresCodes = /^(08...|53...|57P0[1-5]|57014|55006|55P03|40001|40P01|58030)$/;
/** Code of errors of our own that pass with time. */
export const TRY_AGAIN = 'CRM_TRY_AGAIN';
// ClickHouse error numbers that pass with time: timeouts, memory, parts, network, read-only, too many queries, shutting down, aborted.
const warehouseRetriable = new Set(['159', '160', '164', '173', '202', '203', '209', '210', '236', '241', '242', '243', '252', '279', '319', '425', '439', '473', '499', '999']);
// ClickHouse error numbers that blame the rows: parsing, ranges, types, UTF-8, JSON, decimals, constraints.
const warehousePoison = new Set(['6', '25', '26', '27', '33', '38', '41', '53', '57', '69', '70', '72', '117', '131', '190', '321', '349', '376', '407', '441', '467', '469', '675', '691']);

/** The machine-readable code of an error, looked for along its causes. */
export function errorCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code: unknown = (at as { code?: unknown }).code;
    if (typeof code === 'string' && code !== '') return code;
  }
  return undefined;
}

/** Sorts an error of Postgres, the warehouse or the network. What is not known to pass or to blame a row is `unknown`. */
export function classifyError(error: unknown): ErrorClass {
  const code = errorCode(error);
  if (code !== undefined) {
    if (code === TRY_AGAIN || socketCodes.has(code) || postgresCodes.test(code) || warehouseRetriable.has(code)) return 'retriable';
    if (warehousePoison.has(code)) return 'poison';
  }
  if (error instanceof Error && error.name.startsWith('KafkaJS')) return passes(error) ? 'retriable' : 'unknown';
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'retriable';
  const text = error instanceof Error ? error.message : String(error);
  if (/Connection terminated|socket hang up|Timeout error|Query read timeout|timeout expired|ECONNREFUSED|ECONNRESET|not queryable|the database system is|aborted|Client has encountered a connection error/i.test(text)) return 'retriable';
  return 'unknown';
}

// The client calls giving up after many attempts final; what it gave up on passes. A refused login or an unknown protocol does not.
function passes(error: Error): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (/^KafkaJS(SASL|NotImplemented|MetadataNotLoaded|UnsupportedMagicByte|ServerDoesNotSupportApiKey)/.test(at.name)) return false;
  }
  return true;
}
