export { ConfigError, readConfig, type SemanticConfig } from './config.js';
export { startSemanticServer, type SemanticServer } from './server/cube.server.js';
export { type RowScope, type SecurityContext } from './server/access.context.js';
