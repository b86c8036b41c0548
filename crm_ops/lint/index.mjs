import envInConfig from './env_in_config.rule.mjs';
import focusedSpecs from './focused_specs.rule.mjs';
import workspaceImports from './workspace_imports.rule.mjs';

/** The house rules that no published plugin has, as an ESLint plugin. */
export default {
  meta: { name: 'crm' },
  rules: {
    'env-in-config': envInConfig,
    'no-focused-specs': focusedSpecs,
    'workspace-imports': workspaceImports,
  },
};
