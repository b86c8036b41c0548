import { CatalogueEntity, ImportMapping, isWorking, progressOf } from './import.model';
import { fieldOf, missingFields, referenceFields, withAlias, withDateOrder, withField, withMissing } from './mapping.edit';

const label = { en: 'x', ar: 'س' };
const entity: CatalogueEntity = {
  entity: 'deals', label,
  fields: [
    { key: 'name', label, type: 'text', required: true },
    { key: 'product', label, type: 'reference', required: false, reference: 'products' },
    { key: 'close_date', label, type: 'date', required: false },
  ],
};
const mapping: ImportMapping = { columns: { Product: { field: 'product', on_invalid: 'empty' }, Closed: 'close_date' } };

describe('editing a mapping', () => {
  it('moves a column to another field and back to none', () => {
    const moved = withField(mapping, 'Closed', 'name');
    expect(fieldOf(moved, 'Closed')).toBe('name');
    expect(fieldOf(withField(moved, 'Closed', null), 'Closed')).toBeNull();
    expect(fieldOf(mapping, 'Closed')).toBe('close_date');
  });

  it('adds aliases, date orders and policies beside what is there', () => {
    const aliased = withAlias(withAlias(mapping, 'product', 'GTXPro', 'GTX Pro'), 'product', 'X', 'Y');
    expect(aliased.columns['Product']).toEqual({ field: 'product', on_invalid: 'empty', aliases: { GTXPro: 'GTX Pro', X: 'Y' } });
    expect(withDateOrder(mapping, 'close_date', 'dmy').columns['Closed']).toEqual({ field: 'close_date', date_order: 'dmy' });
    expect(withMissing(mapping, 'product', 'create').on_missing).toEqual({ product: 'create' });
  });

  it('tells what is still missing, templates and constants counted', () => {
    expect(missingFields(entity, mapping)).toEqual(['name']);
    expect(missingFields(entity, { ...mapping, templates: { name: '{product}' } })).toEqual([]);
    expect(missingFields(entity, { ...mapping, constants: { name: 'x' } })).toEqual([]);
    expect(referenceFields(entity, mapping)).toEqual(['product']);
  });

  it('knows how far an import is', () => {
    expect(progressOf({ status: 'running', total_rows: 200, processed_rows: 50 })).toBe(0.25);
    expect(progressOf({ status: 'queued', total_rows: null, processed_rows: 0 })).toBeNull();
    expect(progressOf({ status: 'done', total_rows: 0, processed_rows: 0 })).toBe(1);
    expect([isWorking({ status: 'queued' }), isWorking({ status: 'failed' })]).toEqual([true, false]);
  });
});
