export { startEmbeddedWarehouse, type EmbeddedOptions, type EmbeddedWarehouse } from './embedded/embedded.child.js';
export { READER, readerUrl } from './connection.js';
