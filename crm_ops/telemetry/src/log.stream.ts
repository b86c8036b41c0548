import { SeverityNumber, type Logger } from '@opentelemetry/api-logs';
import { context, trace, TraceFlags } from '@opentelemetry/api';

/** Where a line of a log goes. */
export interface LineSink {
  write(line: string): void;
}

const severities: readonly (readonly [least: number, number: SeverityNumber, text: string])[] = [
  [60, SeverityNumber.FATAL, 'FATAL'], [50, SeverityNumber.ERROR, 'ERROR'], [40, SeverityNumber.WARN, 'WARN'], [30, SeverityNumber.INFO, 'INFO'], [20, SeverityNumber.DEBUG, 'DEBUG'],
];

/** The word of OpenTelemetry for a level of pino. */
export function severityOf(level: number): { readonly number: SeverityNumber; readonly text: string } {
  const [, number, text] = severities.find(([least]) => level >= least) ?? [0, SeverityNumber.TRACE, 'TRACE'];
  return { number, text };
}

/** Writes lines of pino where they go anyhow and gives each to OpenTelemetry as well, in the trace that it names. */
export function teeLog(sink: LineSink, logger: Logger): LineSink {
  return {
    write(line) {
      sink.write(line);
      try {
        const { level, time, msg, trace_id: traceId, span_id: spanId, ...rest } = JSON.parse(line) as Record<string, unknown>;
        const severity = severityOf(Number(level));
        const at = typeof traceId === 'string' && typeof spanId === 'string'
          ? trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: TraceFlags.SAMPLED }) : context.active();
        logger.emit({
          timestamp: Number(time), severityNumber: severity.number, severityText: severity.text, body: typeof msg === 'string' ? msg : '',
          attributes: rest as Record<string, never>, context: at,
        });
      } catch {
        // Not one of pino's lines: it stands where it always did.
      }
    },
  };
}
