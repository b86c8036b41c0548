import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which workspaces each workspace may import. A workspace that is missing here may import none. */
export const DIRECTIONS = Object.freeze({
  crm_api: ['crm_db', 'crm_telemetry'],
  crm_cdc: ['crm_db', 'crm_telemetry', 'crm_warehouse'],
  crm_db: ['crm_telemetry'],
  // The proof of a KPI needs the moment at which both stores are compared.
  crm_semantic: ['crm_cdc', 'crm_telemetry', 'crm_warehouse'],
  crm_ml: ['crm_db', 'crm_warehouse'],
  crm_ops: ['crm_cdc', 'crm_db', 'crm_telemetry', 'crm_warehouse'],
  crm_tests: ['crm_api', 'crm_cdc', 'crm_db', 'crm_ml', 'crm_ops', 'crm_semantic', 'crm_telemetry', 'crm_warehouse'],
});

/** The repository, found from this file: editors run ESLint from any folder. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const WORKSPACE = /^crm_[a-z]+$/;

/** The workspace of a path's parts; one lies inside of another's folder. */
const workspaceOf = ([first = '', second]) => (first === 'crm_ops' && second === 'telemetry' ? 'crm_telemetry' : first);

/** Workspaces import each other in one direction only, by package name, through the door `src/index.ts`. */
export default {
  meta: {
    type: 'problem',
    docs: { description: 'imports between workspaces follow the direction of the architecture and go through the door' },
    schema: [],
    messages: {
      direction: '{{from}} must not import {{to}}; it may import {{allowed}}. Move the code, or what both need, to a package both may import.',
      door: 'Import "{{to}}" through its door: `from \'{{to}}\'`. Export what is missing from {{to}}/src/index.ts.',
      self: 'Inside {{from}} import by a relative path, not by the name of the package: its own door makes a cycle.',
    },
  },
  create(context) {
    const relative = path.relative(ROOT, context.filename).split(path.sep);
    const from = workspaceOf(relative);
    if (!WORKSPACE.test(from)) return {};

    const check = (node, source) => {
      if (typeof source !== 'string') return;
      let to;
      let deep;
      if (source.startsWith('.')) {
        const target = path.relative(ROOT, path.resolve(path.dirname(context.filename), source)).split(path.sep);
        to = workspaceOf(target);
        if (!WORKSPACE.test(to) || to === from) return;
        deep = true;
      } else {
        const [name, ...rest] = source.split('/');
        if (!WORKSPACE.test(name)) return;
        to = name;
        deep = rest.length > 0;
        if (to === from) {
          context.report({ node, messageId: 'self', data: { from } });
          return;
        }
      }
      const allowed = DIRECTIONS[from] ?? [];
      if (!allowed.includes(to)) {
        context.report({ node, messageId: 'direction', data: { from, to, allowed: allowed.join(', ') || 'no other workspace' } });
      } else if (deep) {
        context.report({ node, messageId: 'door', data: { to } });
      }
    };
    const bySource = (node) => check(node.source ?? node, node.source?.value);
    return {
      ImportDeclaration: bySource,
      ExportNamedDeclaration: (node) => node.source && bySource(node),
      ExportAllDeclaration: bySource,
      ImportExpression: bySource,
      TSImportType: (node) => check(node, node.source?.value ?? node.argument?.literal?.value),
    };
  },
};
