import { GraphQLError, type ASTNode, type FragmentDefinitionNode, type ValidationContext, type ValidationRule } from 'graphql';

/** Refuses operations whose fields are nested deeper than `limit`; introspection does not count, as it is bounded by the schema. */
export function depthLimit(limit: number): ValidationRule {
  return (context: ValidationContext) => {
    const fragments = new Map(context.getDocument().definitions.flatMap((one): [string, FragmentDefinitionNode][] => (one.kind === 'FragmentDefinition' ? [[one.name.value, one]] : [])));
    const depthOf = (node: ASTNode, above: number, seen: readonly string[]): number => {
      if (node.kind === 'Field') {
        if (node.name.value.startsWith('__')) return above;
        return Math.max(above + 1, ...(node.selectionSet?.selections ?? []).map((one) => depthOf(one, above + 1, seen)));
      }
      if (node.kind === 'FragmentSpread') {
        const fragment = fragments.get(node.name.value);
        // A circle of fragments is another rule's to refuse.
        return fragment && !seen.includes(node.name.value) ? depthOf(fragment, above, [...seen, node.name.value]) : above;
      }
      return 'selectionSet' in node && node.selectionSet ? Math.max(above, ...node.selectionSet.selections.map((one) => depthOf(one, above, seen))) : above;
    };
    return {
      OperationDefinition(node) {
        const depth = depthOf(node, 0, []);
        if (depth > limit) context.reportError(new GraphQLError(`The operation is nested ${depth} levels deep; at most ${limit} are possible. Ask in two steps.`, { nodes: [node], extensions: { reason: 'too_deep', status: 400 } }));
      },
    };
  };
}
