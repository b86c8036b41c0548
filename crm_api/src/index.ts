export { createServer } from './app.js';
export { readConfig, type ApiConfig } from './config.js';
export type { Deps } from './kernel/context/deps.js';
export { FeatureFlags } from './kernel/flags.js';
export { JobQueue } from './kernel/jobs.js';
export { measureApi, type ApiTelemetry } from './kernel/telemetry/api.telemetry.js';
export { METRICS as API_METRICS } from './kernel/telemetry/metric.list.js';
export { openLog } from './kernel/telemetry/part.log.js';
