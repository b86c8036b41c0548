import type { ImportPreset } from './preset.types.js';

const source = 'maven-sales-pipeline';

/** “CRM Sales Opportunities” of Maven Analytics: teams, products, accounts, pipeline and a data dictionary. */
export const mavenPreset: ImportPreset = {
  name: 'maven-sales-pipeline',
  label: { en: 'CRM Sales Opportunities (Maven Analytics)', ar: 'فرص المبيعات (Maven Analytics)' },
  files: [
    {
      file: /^sales_teams\.csv$/i,
      entity: 'users',
      mapping: {
        source,
        columns: { sales_agent: 'name', manager: 'manager', regional_office: 'region' },
        // A manager's people are a team; the file gives it no other name.
        templates: { external_id: '{name}', team: '{manager}' },
        on_missing: { manager: 'create', team: 'create' },
      },
    },
    {
      file: /^products\.csv$/i,
      entity: 'products',
      mapping: { source, columns: { product: 'name', series: 'family', sales_price: 'list_price' }, templates: { external_id: '{name}' }, constants: { currency: 'USD' } },
    },
    {
      file: /^accounts\.csv$/i,
      entity: 'accounts',
      mapping: {
        source,
        columns: {
          account: 'legal_name',
          sector: { field: 'industry', aliases: { technolgy: 'technology' } },
          year_established: 'founded_year',
          // The data dictionary says: in millions of USD.
          revenue: { field: 'annual_revenue', multiply: 1_000_000 },
          employees: 'employee_count',
          office_location: 'country',
          subsidiary_of: 'parent',
        },
        templates: { external_id: '{legal_name}' },
        constants: { currency: 'USD' },
      },
    },
    {
      file: /^sales_pipeline\.csv$/i,
      entity: 'deals',
      mapping: {
        source,
        columns: {
          opportunity_id: 'external_id',
          sales_agent: 'owner',
          product: { field: 'product', aliases: { GTXPro: 'GTX Pro' } },
          account: 'account',
          deal_stage: 'stage',
          engage_date: 'created_at',
          close_date: 'close_date',
          close_value: 'expected_value',
        },
        templates: { name: '{account} – {product}' },
        constants: { currency: 'USD' },
      },
    },
  ],
  ignored: [/^data_dictionary\.csv$/i],
};
