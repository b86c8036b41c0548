import { TRY_AGAIN } from '../../outcomes/error.classifier.js';

/** Something that ends this run of the stream and that the next start takes care of. */
export class StreamInterruption extends Error {
  override readonly name = 'StreamInterruption';
  readonly code = TRY_AGAIN;
}
