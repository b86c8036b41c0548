export { readTelemetryConfig, TelemetryConfigError, type TelemetryConfig } from './config.js';
export { severityOf, type LineSink } from './log.stream.js';
export { metricOptions, observed, prometheusNames, type MetricDefinition, type MetricKind, type Observe } from './metric.definition.js';
export { failSpan, inSpan, type SpanWork } from './span.run.js';
export { sqlOperation, sqlShape } from './sql.shape.js';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.service.js';
export { contextOf, followTraces, named, readTraceparent, requestIdOf, spanOfRequestId, traceFields, traceHeaders, traceparentOf } from './trace.context.js';
