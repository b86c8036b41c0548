import { mergeFieldRules } from './field.rules.js';
import { roleMatrix } from './roles.matrix.js';

describe('mergeFieldRules', () => {
  it('hides a field only where no role that reaches as far shows it', () => {
    const own = { permissions: { deals: { read: 'own' } }, fields: {} } as const;
    const all = { permissions: { deals: { read: 'all' } }, fields: { deals: { expected_value: 'hidden' } } } as const;
    expect(mergeFieldRules([all])).toEqual({ deals: { expected_value: 'hidden' } });
    // The narrow role shows amounts, but only of few rows: together they must not open those of all.
    expect(mergeFieldRules([own, all])).toEqual({ deals: { expected_value: 'hidden' } });
    expect(mergeFieldRules([{ permissions: { deals: { read: 'all' } }, fields: {} }, all])).toEqual({});
    expect(mergeFieldRules([])).toEqual({});
  });

  it('keeps a field read-only unless a role that writes as far may write it', () => {
    const careful = { permissions: { deals: { read: 'all', write: 'own' } }, fields: { deals: { is_test: 'read_only' } } } as const;
    const reader = { permissions: { deals: { read: 'all' } }, fields: {} } as const;
    expect(mergeFieldRules([careful, reader])).toEqual({ deals: { is_test: 'read_only' } });
    expect(mergeFieldRules([careful, { permissions: { deals: { read: 'all', write: 'all' } }, fields: {} }])).toEqual({});
    // Shown by one and written by nobody who sees it: read-only.
    expect(mergeFieldRules([{ permissions: { deals: { read: 'all', write: 'all' } }, fields: { deals: { source: 'hidden' } } }, reader])).toEqual({ deals: { source: 'read_only' } });
  });
});

describe('the fields of the delivered matrix', () => {
  it('have rules only for resources that the role may read', () => {
    for (const { key, permissions, fields } of roleMatrix) {
      for (const resource of Object.keys(fields)) expect(permissions[resource as keyof typeof permissions]?.read).withContext(`${key} ${resource}`).toBeDefined();
    }
  });
});
