/** What a crash says in its last lines, and what helps. */
const CURES: readonly (readonly [RegExp, string])[] = [
  [/ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|Cannot find (?:package|module)/, 'a package is missing: run npm ci, then npm start'],
  [/ERR_DLOPEN_FAILED|wrong ELF class|GLIBC_|invalid ELF header/, 'a package was installed for another system: delete node_modules and run npm start'],
  [/ENOSPC|No space left on device/i, 'the disk is full: free some space and start again'],
  [/JavaScript heap out of memory|ENOMEM|Cannot allocate memory/i, 'the memory is used up: close other programs and start again'],
  [/EMFILE|Too many open files/i, 'too many files are open: raise the limit with ulimit -n 8192 and start again'],
  [/EACCES|EPERM|Permission denied/i, 'a file belongs to another user: make the data folder yours with chown or choose another with CRM_DATA_DIR'],
];

/** The cure for a crash by its last lines of output, or undefined. */
export function cureOf(lines: readonly string[]): string | undefined {
  const text = lines.join('\n');
  return CURES.find(([pattern]) => pattern.test(text))?.[1];
}
