import { readTelemetryConfig } from './config.js';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('settings of telemetry', () => {
  it('export nothing by default, and everything to the one endpoint', () => {
    expect(readTelemetryConfig('crm_api', {})).toEqual({ traces: false, metrics: false, logs: false, serviceName: 'crm_api' });
    expect(readTelemetryConfig('crm_api', { ...endpoint, OTEL_SERVICE_NAME: 'other' })).toEqual({ traces: true, metrics: true, logs: true, serviceName: 'other' });
    expect(Object.isFrozen(readTelemetryConfig('crm_api', {}))).toBeTrue();
  });

  it('are told apart by signal', () => {
    expect(readTelemetryConfig('p', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/v1/traces' })).toEqual({ traces: true, metrics: false, logs: false, serviceName: 'p' });
    expect(readTelemetryConfig('p', { ...endpoint, OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'prometheus' })).toEqual({ traces: true, metrics: false, logs: false, serviceName: 'p' });
    expect(readTelemetryConfig('p', { ...endpoint, OTEL_SDK_DISABLED: 'true' }).traces).toBeFalse();
  });

  it('name the cure', () => {
    expect(() => readTelemetryConfig('p', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrowError(/OTEL_EXPORTER_OTLP_ENDPOINT is not a web address; use/);
    expect(() => readTelemetryConfig('p', { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrowError(/"grpc".*set OTEL_EXPORTER_OTLP_PROTOCOL to http\/json/);
    expect(() => readTelemetryConfig('p', { ...endpoint, OTEL_TRACES_EXPORTER: 'zipkin' })).toThrowError(/OTEL_TRACES_EXPORTER is "zipkin"; use otlp, none/);
  });
});
