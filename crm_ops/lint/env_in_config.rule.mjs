import path from 'node:path';

/** Settings are read in one place per package: `process.env` belongs in `config.ts` and nowhere else. */
export default {
  meta: {
    type: 'problem',
    docs: { description: 'process.env is read in config.ts only' },
    schema: [],
    messages: { env: 'Read settings in this package\'s config.ts and pass them on; process.env elsewhere hides what the program depends on.' },
  },
  create(context) {
    if (path.basename(context.filename) === 'config.ts') return {};
    const isProcess = (node) => node?.type === 'Identifier' && node.name === 'process';
    const isEnvKey = (node, computed) => (computed ? node.type === 'Literal' && node.value === 'env' : node.type === 'Identifier' && node.name === 'env');
    const report = (node) => context.report({ node, messageId: 'env' });
    return {
      MemberExpression(node) {
        if (isProcess(node.object) && isEnvKey(node.property, node.computed)) report(node);
      },
      VariableDeclarator(node) {
        if (!isProcess(node.init) || node.id.type !== 'ObjectPattern') return;
        for (const property of node.id.properties) {
          if (property.type === 'Property' && isEnvKey(property.key, property.computed)) report(property);
        }
      },
      ImportDeclaration(node) {
        if (node.source.value !== 'node:process' && node.source.value !== 'process') return;
        for (const specifier of node.specifiers) {
          if (specifier.type === 'ImportSpecifier' && specifier.imported.name === 'env') report(specifier);
        }
      },
    };
  },
};
