import { severityOf, traceFields, type LineSink } from 'crm_telemetry';
import { pino, type Logger } from 'pino';

/** The log of a part: lines of JSON with severity and, where they belong to a request or job, its trace and span. */
export function openLog(part: string, level: string, sink: LineSink): Logger {
  return pino({ level, base: { part }, mixin: traceFields, formatters: { level: (_label, number) => ({ level: number, severity: severityOf(number).text }) } }, sink);
}
