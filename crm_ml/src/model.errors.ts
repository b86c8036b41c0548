/** A refusal of the model code: `code` is for programs, `message` names the cause and the cure. */
export class ModelError extends Error {
  constructor(readonly code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ModelError';
  }
}
