export { ConfigError, parseWarehouseUrl, readConfig, type SemanticConfig } from './config.js';
export { startSemanticServer, type SemanticServer } from './server/cube.server.js';
export { type RowScope, type SecurityContext } from './server/access.context.js';
export { WarehouseDriver } from './server/warehouse.driver.js';
export { allTasks, proveKpis, type KpiResult, type ProofReport, type ProofTask, type ProveOptions } from './proof/kpi.prover.js';
export { viewProofs } from './proof/proof.registry.js';
export type { ProofCase, ProofFilter, ProofPeriod, ViewProof } from './proof/proof.types.js';
export { ledgerStatement } from './proof/proof.sql.js';
