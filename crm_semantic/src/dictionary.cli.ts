import { writeFile } from 'node:fs/promises';
import { kpiDictionary } from './model/kpi.dictionary.js';

/** Where the dictionary lies, seen from the built file. */
const target = new URL('../../crm_docs/kpi-dictionary.md', import.meta.url);

await writeFile(target, kpiDictionary());
process.stdout.write('crm_docs/kpi-dictionary.md is up to date\n');
