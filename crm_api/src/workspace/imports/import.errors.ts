/** A file that cannot be imported at all; `code` and message go to the person, the cure included. */
export class ImportFileError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ImportFileError';
  }
}
