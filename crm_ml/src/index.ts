export { readConfig, type MlConfig } from './config.js';
export { ModelError } from './model.errors.js';
export { WIN_FEATURES, type FeatureDefinition } from './features/win.definition.js';
export type { Reason } from './scoring/reason.builder.js';
export type { ModelState } from './registry/model.registry.js';
export { MIN_CLOSED_DEALS, MIN_DEALS_OF_EACH, type Skill } from './training/win.trainer.js';
export { createReader, type WarehouseReader } from './features/warehouse.reader.js';
export { WinService, type ScoringRun } from './scoring/win.service.js';
export { startWorker, type MlWorker } from './worker.service.js';
