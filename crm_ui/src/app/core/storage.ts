/** Reads a stored choice; null where the browser forbids storage, so that a private window still works. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Stores a choice, or removes it for null; silently keeps nothing where the browser forbids storage. */
export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Nothing to keep the choice in: the session goes on with it in memory.
  }
}
