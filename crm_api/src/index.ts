export { createServer } from './app.js';
export { readConfig, type ApiConfig } from './config.js';
export type { Deps } from './kernel/context/deps.js';
export { FeatureFlags } from './kernel/flags.js';
export { JobQueue } from './kernel/jobs.js';
