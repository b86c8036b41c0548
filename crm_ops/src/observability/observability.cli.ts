import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../config.js';
import { observabilityFiles } from './observability.files.js';

for (const [name, text] of observabilityFiles()) {
  const file = path.join(ROOT, 'crm_ops/observability', name);
  writeFileSync(file, text);
  process.stdout.write(`${path.relative(ROOT, file)} written\n`);
}
