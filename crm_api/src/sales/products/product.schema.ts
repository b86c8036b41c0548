import { externalFields, field } from '../../kernel/crud/fields.js';
import { defineResource } from '../../kernel/crud/resource.js';
import { ProductModel } from './product.model.js';

/** What is sold. */
export const productResource = defineResource({
  name: 'products', singular: 'product', feature: 'crm_feature_products', model: ProductModel,
  fields: {
    code: field.text('The article number; unique, case not counting.', { required: true, max: 100, sort: true }),
    name: field.text('The name.', { required: true, sort: true }),
    name_ar: field.text('The name in Arabic.'),
    family: field.text('The product family.', { max: 100 }),
    kind: field.choice(['one_off', 'recurring', 'usage', 'service', 'bundle'], 'How it is charged.', { nullable: false }),
    unit: field.text('The unit of quantity.', { max: 50, nullable: false }),
    list_price: field.money('The price without a price book.', { min: 0, sort: true }),
    unit_cost: field.money('What one unit costs us.', { min: 0 }),
    currency: field.currency('ISO 4217.', { nullable: false }),
    is_active: field.boolean('May be sold.'),
    description: field.text('Free text.', { max: 20_000, filter: false }),
    ...externalFields,
  },
  search: "(crm_core.crm_fold(t.name) LIKE $q OR lower(t.code::text) LIKE $q)",
  defaultSort: 'name',
  ownership: null,
});
