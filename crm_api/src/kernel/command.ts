/** Ends a command of the shell: what it has to say on the output, 1 where something is not sound, and an error in one line with its cure. */
export function runCommand(work: Promise<{ readonly text: string; readonly sound: boolean }>): void {
  work.then(
    ({ text, sound }) => {
      process.stdout.write(`${text}\n`);
      process.exitCode = sound ? 0 : 1;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
