import { runStream, type RunningStream, type StreamOptions } from '../stream.runner.js';
import { bootstrap } from './embedded.bootstrap.js';
import { EmbeddedSource } from './embedded.source.js';

/** How the embedded stream runs. */
export type EmbeddedStreamOptions = StreamOptions;

/** A running stream. */
export type EmbeddedStream = RunningStream;

/** Streams by reading a replication slot in this process. */
export function startEmbeddedStream(options: EmbeddedStreamOptions): EmbeddedStream {
  return runStream(options, {
    name: 'embedded', slot: 'crm_cdc',
    create: (tools) => ({ source: new EmbeddedSource(tools), bootstrap: () => bootstrap(tools) }),
  });
}
