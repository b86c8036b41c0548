import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', '.angular', 'coverage', 'artifacts', '.git']);

/** Every file below the given files and folders, as sorted absolute paths; what is missing counts as empty. */
export function filesOf(roots) {
  const found = [];
  const visit = (place) => {
    const stat = fs.statSync(place, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isFile()) {
      found.push(place);
      return;
    }
    for (const entry of fs.readdirSync(place, { withFileTypes: true })) {
      if (entry.isDirectory() ? !SKIPPED.has(entry.name) : entry.isFile()) visit(path.join(place, entry.name));
    }
  };
  roots.forEach(visit);
  return found.sort();
}

/** SHA-256 over names and contents: times of files say nothing after a clone or a checkout. */
export function hashOf(root, roots) {
  const hash = createHash('sha256');
  for (const file of filesOf(roots)) {
    hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
