import { readFile } from 'node:fs/promises';
import { kpiDictionary } from './kpi.dictionary.js';
import { views } from './model.index.js';
import { publicMembers } from './model.registry.js';

describe('KPI dictionary', () => {
  it('says what the model says', async () => {
    const written = await readFile(new URL('../../../crm_docs/kpi-dictionary.md', import.meta.url), 'utf8');
    expect(written === kpiDictionary()).withContext('run: npm run dictionary -w crm_semantic').toBeTrue();
  });

  it('names every public member', () => {
    const text = kpiDictionary();
    for (const view of views) expect(text).toContain(`## ${view.title} · ${view.titleAr}`);
    for (const member of publicMembers()) {
      const [, name = ''] = member.split('.');
      expect(text.includes(`\`${member}\``) || text.includes(`\`${name}\` (`)).withContext(member).toBeTrue();
    }
  });
});
