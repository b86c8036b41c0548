/** What of a part leaves its process, read once from the standard variables of OpenTelemetry. Metrics can be read at an endpoint either way. */
export interface TelemetryConfig {
  readonly traces: boolean;
  readonly metrics: boolean;
  readonly logs: boolean;
  /** `service.name` of the part. */
  readonly serviceName: string;
}

/** A setting that cannot be used; the message names the variable and the cure. */
export class TelemetryConfigError extends Error {
  override readonly name = 'TelemetryConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads what is to be exported: a signal for which an endpoint is set (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, …) and which is not
 * switched off (`OTEL_TRACES_EXPORTER=none`, `OTEL_SDK_DISABLED=true`). Headers, certificates, time limits, sampler and batches are read by the SDK under their standard names.
 * @throws TelemetryConfigError with the cure where a value cannot be used.
 */
export function readTelemetryConfig(part: string, env: Environment = process.env): TelemetryConfig {
  const disabled = (env['OTEL_SDK_DISABLED'] ?? '').toLowerCase() === 'true';
  const on = (signal: 'TRACES' | 'METRICS' | 'LOGS'): boolean => {
    const exporter = env[`OTEL_${signal}_EXPORTER`] || 'otlp';
    // Prometheus is what the endpoint of a part speaks anyhow.
    const known = signal === 'METRICS' ? ['otlp', 'none', 'prometheus'] : ['otlp', 'none'];
    if (!known.includes(exporter)) throw new TelemetryConfigError(`OTEL_${signal}_EXPORTER is "${exporter}"; use ${known.join(', ')}, or leave it out.`);
    const name = [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT'].find((each) => env[each]);
    if (disabled || exporter !== 'otlp' || name === undefined) return false;
    const endpoint = env[name] ?? '';
    if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) throw new TelemetryConfigError(`${name} is not a web address; use that of a collector's OTLP receiver, such as http://127.0.0.1:4318.`);
    const protocol = env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/json';
    if (protocol !== 'http/json') throw new TelemetryConfigError(`The protocol "${protocol}" of OTLP is not spoken; set OTEL_EXPORTER_OTLP_PROTOCOL to http/json, which every collector takes on the same port, or leave it out.`);
    return true;
  };
  return Object.freeze({ traces: on('TRACES'), metrics: on('METRICS'), logs: on('LOGS'), serviceName: env['OTEL_SERVICE_NAME'] || part });
}
