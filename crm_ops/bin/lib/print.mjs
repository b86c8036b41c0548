const started = performance.now();

/** Seconds since the program began, as `12.3 s`, padded so that lines align. */
export function clock() {
  return `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`;
}

/** Writes one progress line with its time. Progress goes to stderr where a caller reads stdout. */
export function progress(text, stream = process.stderr) {
  stream.write(`[${clock()}] ${text}\n`);
}

/** A stop that the reader can do something about: printed as one line, without a stack. */
export class Cure extends Error {
  name = 'Cure';
}

/** Runs a command's main function; turns a Cure into one line and exit code 1. */
export async function command(main) {
  try {
    await main();
  } catch (error) {
    // The launcher has its own class for the same thing; both are known by their name.
    const known = error instanceof Error && (error.name === 'Cure' || error.name === 'LaunchError');
    process.stderr.write(known ? `crm: ${error.message}\n` : `crm: ${error?.stack ?? String(error)}\n`);
    process.exit(1);
  }
}
