const BANNED = new Map([
  ['fdescribe', 'describe'],
  ['fit', 'it'],
  ['xdescribe', 'describe'],
  ['xit', 'it'],
]);

/** A focused spec silently switches the others off, an excluded one silently switches itself off. */
export default {
  meta: {
    type: 'problem',
    docs: { description: 'no focused or excluded specs' },
    schema: [],
    messages: { banned: 'Use {{instead}}(): {{name}}() leaves specs out of every run. Say pending(\'reason\') inside a spec that cannot run yet.' },
  },
  create(context) {
    return {
      CallExpression(node) {
        if (node.callee.type !== 'Identifier') return;
        const name = node.callee.name;
        const instead = BANNED.get(name);
        if (instead === undefined) return;
        // A function of that name that the file declares or imports (a model's fit) is not Jasmine's.
        const reference = context.sourceCode.getScope(node).references.find((each) => each.identifier === node.callee);
        if ((reference?.resolved?.defs.length ?? 0) > 0) return;
        context.report({ node, messageId: 'banned', data: { name, instead } });
      },
    };
  },
};
