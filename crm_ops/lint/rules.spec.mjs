import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import plugin from './index.mjs';

// RuleTester calls these as in Mocha; each valid and invalid case becomes a Jasmine spec.
RuleTester.describe = describe;
RuleTester.it = it;

const at = (name) => path.join(fileURLToPath(new URL('../..', import.meta.url)), name);
const tester = new RuleTester({ languageOptions: { parser: tseslint.parser } });

describe('crm/workspace-imports', () => {
  const ok = (filename, code) => ({ filename: at(filename), code });
  const bad = (filename, code, messageId) => ({ filename: at(filename), code, errors: [{ messageId }] });
  tester.run('workspace-imports', plugin.rules['workspace-imports'], {
    valid: [
      ok('crm_api/src/a/b.ts', "import { x } from 'crm_db';"),
      ok('crm_cdc/src/b.ts', "import { x } from 'crm_db'; import { y } from 'crm_warehouse';"),
      ok('crm_db/src/b.ts', "import { x } from 'crm_telemetry';"),
      ok('crm_tests/src/b.ts', "import { x } from 'crm_api'; export * from 'crm_ops';"),
      ok('crm_api/src/a/b.ts', "import { x } from '../c/d.js'; import pg from 'pg'; import fs from 'node:fs';"),
      ok('eslint.config.js', "import crm from './crm_ops/lint/index.mjs';"),
      ok('crm_ui/src/app/a.ts', "import { x } from '../b/c';"),
    ],
    invalid: [
      bad('crm_db/src/a.ts', "import { x } from 'crm_api';", 'direction'),
      bad('crm_telemetry/src/a.ts', "import { x } from 'crm_db';", 'direction'),
      bad('crm_api/src/a.ts', "import { x } from 'crm_warehouse';", 'direction'),
      bad('crm_semantic/src/a.ts', "import type { X } from 'crm_db';", 'direction'),
      bad('crm_ui/src/app/a.ts', "import { x } from 'crm_api';", 'direction'),
      bad('crm_tests/src/a.ts', "import { x } from 'crm_ui';", 'direction'),
      bad('crm_api/src/a.ts', "import { x } from 'crm_db/dist/pool.js';", 'door'),
      bad('crm_api/src/a.ts', "export { x } from 'crm_db/dist/pool.js';", 'door'),
      bad('crm_api/src/a.ts', "const x = await import('crm_db/dist/pool.js');", 'door'),
      bad('crm_api/src/a.ts', "type X = import('crm_db/dist/pool.js').X;", 'door'),
      bad('crm_api/src/a.ts', "import { x } from '../../crm_db/src/pool.js';", 'door'),
      bad('crm_api/src/a.ts', "import { x } from '../../crm_ui/src/pool.js';", 'direction'),
      bad('crm_api/src/a.ts', "import { x } from 'crm_api';", 'self'),
    ],
  });
});

describe('crm/env-in-config', () => {
  const errors = [{ messageId: 'env' }];
  tester.run('env-in-config', plugin.rules['env-in-config'], {
    valid: [
      { filename: at('crm_api/src/config.ts'), code: "const port = process.env['CRM_PORT'];" },
      { filename: at('crm_api/src/a.ts'), code: 'const pid = process.pid; const x = other.env;' },
      { filename: at('crm_api/src/a.ts'), code: "import { pid } from 'node:process';" },
    ],
    invalid: [
      { filename: at('crm_api/src/a.ts'), code: "const port = process.env['CRM_PORT'];", errors },
      { filename: at('crm_api/src/a.ts'), code: "const e = process['env'];", errors },
      { filename: at('crm_api/src/a.ts'), code: 'const { env } = process;', errors },
      { filename: at('crm_api/src/a.ts'), code: "import { env } from 'node:process';", errors },
      { filename: at('crm_api/src/my.config.ts'), code: 'const e = process.env;', errors },
    ],
  });
});

describe('crm/no-focused-specs', () => {
  const errors = [{ messageId: 'banned' }];
  tester.run('no-focused-specs', plugin.rules['no-focused-specs'], {
    valid: ["describe('a', () => { it('b', () => {}); });", 'curve.fit(1);', "import { fit } from './model.js'; fit(rows);", "pending('later');"],
    invalid: ['fdescribe', 'fit', 'xdescribe', 'xit'].map((name) => ({ code: `${name}('a', () => {});`, errors })),
  });
});
