import type { CellValue, DraftRow, EntityDefinition, PrepareContext, ReferenceLookup } from '../import.types.js';
import { createdAt, externalId, ownerField, text } from './common.fields.js';
import { sameText } from './natural.keys.js';

/** Companies; the legal name is unique in a region. */
export const accountsEntity: EntityDefinition = {
  entity: 'accounts',
  table: 'crm_accounts',
  label: { en: 'Accounts', ar: 'الحسابات' },
  fields: [
    externalId(['account id', 'company id']),
    { ...text('legal_name', 'Legal name', 'الاسم القانوني', ['account', 'name', 'company', 'account name', 'company name', 'property name']), required: true },
    text('legal_name_ar', 'Name in Arabic', 'الاسم بالعربية', []),
    text('region', 'Region', 'المنطقة', ['territory']),
    { key: 'country', column: 'country_code', label: { en: 'Country', ar: 'الدولة' }, type: 'country', synonyms: ['billing country', 'office location', 'property country', 'headquarters'] },
    text('city', 'City', 'المدينة', ['billing city', 'property city']),
    text('industry', 'Industry', 'القطاع', ['sector', 'property industry']),
    { key: 'size_tier', label: { en: 'Size', ar: 'الحجم' }, type: 'choice', choices: ['micro', 'small', 'medium', 'large', 'enterprise'], synonyms: ['size'] },
    { key: 'employee_count', label: { en: 'Employees', ar: 'عدد الموظفين' }, type: 'integer', synonyms: ['employees', 'number of employees'] },
    { key: 'annual_revenue', label: { en: 'Annual revenue', ar: 'الإيراد السنوي' }, type: 'money', synonyms: ['revenue', 'property annualrevenue'] },
    { key: 'currency', label: { en: 'Currency', ar: 'العملة' }, type: 'currency', synonyms: ['currency iso code'] },
    { key: 'founded_year', label: { en: 'Founded in', ar: 'سنة التأسيس' }, type: 'integer', synonyms: ['year established', 'founded'] },
    text('website', 'Website', 'الموقع', ['url', 'domain', 'property domain']),
    text('phone', 'Phone', 'الهاتف', ['telephone']),
    text('description', 'Description', 'الوصف', ['property description']),
    { key: 'parent', column: 'parent_id', label: { en: 'Parent account', ar: 'الحساب الأم' }, type: 'reference', reference: 'accounts', synonyms: ['subsidiary of', 'parent id', 'parent account'] },
    ownerField,
    createdAt,
  ],
  naturalKeys: [{ field: 'legal_name', sql: (operand) => (operand === 't.legal_name' ? 't.fingerprint' : `crm_core.crm_fingerprint(${operand}::text)`), where: 'merged_into_id IS NULL', unique: true }],
  prepare(row, _lookup, context) {
    const employees = Number(row.values['employee_count'] ?? NaN);
    if ((row.values['size_tier'] ?? null) === null && Number.isFinite(employees)) {
      // The bounds of the OECD's and the EU's size classes, with the largest split in two.
      row.values['size_tier'] = employees < 10 ? 'micro' : employees < 50 ? 'small' : employees < 250 ? 'medium' : employees < 5000 ? 'large' : 'enterprise';
    }
    if ((row.values['annual_revenue'] ?? null) !== null) row.values['currency'] ??= context.reportingCurrency;
  },
};

/** What is sold. */
export const productsEntity: EntityDefinition = {
  entity: 'products',
  table: 'crm_products',
  label: { en: 'Products', ar: 'المنتجات' },
  fields: [
    externalId(['product id']),
    { ...text('name', 'Name', 'الاسم', ['product', 'product name']), required: true },
    text('code', 'Code', 'الرمز', ['product code', 'sku', 'stock keeping unit']),
    text('family', 'Family', 'العائلة', ['series', 'product family', 'category']),
    { key: 'list_price', label: { en: 'List price', ar: 'سعر القائمة' }, type: 'money', synonyms: ['sales price', 'price', 'unit price'] },
    { key: 'currency', label: { en: 'Currency', ar: 'العملة' }, type: 'currency' },
    { key: 'kind', label: { en: 'Kind', ar: 'النوع' }, type: 'choice', choices: ['one_off', 'recurring', 'usage', 'service', 'bundle'] },
    { key: 'is_active', label: { en: 'Active', ar: 'نشط' }, type: 'boolean', synonyms: ['is active'] },
    text('description', 'Description', 'الوصف', []),
  ],
  naturalKeys: [{ ...sameText('code'), unique: true }, sameText('name')],
  prepare(row, _lookup, context) {
    row.values['code'] ??= row.values['name'] ?? null;
    row.values['currency'] ??= context.reportingCurrency;
  },
};

/** Stages of a pipeline. */
export const stagesEntity: EntityDefinition = {
  entity: 'stages',
  table: 'crm_stages',
  label: { en: 'Pipeline stages', ar: 'مراحل المسار' },
  fields: [
    externalId(['stage id']),
    { ...text('name', 'Name', 'الاسم', ['label', 'stage']), required: true },
    { key: 'pipeline', column: 'pipeline_id', label: { en: 'Pipeline', ar: 'المسار' }, type: 'reference', reference: 'pipelines', required: true, synonyms: ['pipeline id'] },
    { key: 'position', label: { en: 'Position', ar: 'الترتيب' }, type: 'integer', required: true, synonyms: ['display order'] },
    { key: 'probability', label: { en: 'Probability (0–1)', ar: 'الاحتمال (0–1)' }, type: 'ratio', required: true },
    { key: 'is_closed', column: '', label: { en: 'Closed', ar: 'مغلقة' }, type: 'boolean', synonyms: ['is closed'] },
    { key: 'kind', label: { en: 'Kind', ar: 'النوع' }, type: 'choice', choices: ['open', 'won', 'lost'] },
  ],
  naturalKeys: [],
  prepare(row) {
    if ((row.values['kind'] ?? null) !== null || row.values['is_closed'] !== true) return;
    row.values['kind'] = Number(row.values['probability']) === 1 ? 'won' : 'lost';
  },
};

/** Pipelines by name. */
export const pipelinesEntity: EntityDefinition = {
  entity: 'pipelines',
  table: 'crm_pipelines',
  label: { en: 'Pipelines', ar: 'المسارات' },
  fields: [externalId(['pipeline id']), { ...text('name', 'Name', 'الاسم', ['label', 'pipeline']), required: true }],
  naturalKeys: [sameText('name')],
};

/** Some systems say by two marks what ours says by a status. */
function statusOfMarks(isClosed: CellValue | undefined, isWon: CellValue | undefined): 'won' | 'lost' | 'open' | undefined {
  if (isWon === true) return 'won';
  if (isClosed === true) return 'lost';
  return isClosed === false ? 'open' : undefined;
}

function prepareDeal(row: DraftRow, lookup: ReferenceLookup, context: PrepareContext): void {
  const { values } = row;
  const problem = (code: string, field: string, message: string): void => void row.problems.push({ code, field, message });
  const wanted = (values['status'] as string | null | undefined) ?? statusOfMarks(values['is_closed'], values['is_won']);
  const pipelineId = values['pipeline'] as string | null | undefined;
  let stage = values['stage'] ? lookup.byId('stages', values['stage'] as string) : undefined;
  if (stage === undefined && wanted !== null && wanted !== undefined) {
    stage = lookup.first('stages', 'kind', wanted);
    if (stage !== undefined) values['stage'] = stage.id;
  }
  if (stage === undefined) {
    if (!row.problems.some((known) => known.field === 'stage')) problem('stage_missing', 'stage', 'A deal needs a stage, or a status of open, won or lost.');
    return;
  }
  const kind = stage.attributes['kind'] ?? 'open';
  if (pipelineId !== undefined && pipelineId !== null && pipelineId !== stage.attributes['pipeline_id']) {
    problem('stage_of_other_pipeline', 'stage', `The stage “${stage.attributes['name'] ?? ''}” belongs to another pipeline than the row names.`);
    return;
  }
  values['pipeline'] = stage.attributes['pipeline_id'] ?? null;
  if (wanted !== undefined && wanted !== null && wanted !== kind) {
    problem('status_differs', 'status', `The status ${wanted} does not fit the stage “${stage.attributes['name'] ?? ''}”, which means ${kind}.`);
    return;
  }
  values['status'] = kind;
  values['currency'] ??= context.reportingCurrency;
  const created = values['created_at'] as string | null | undefined;
  const close = values['close_date'] as string | null | undefined;
  if (kind === 'open') {
    values['closed_at'] = null;
    row.clears.add('closed_at');
  }
  else {
    values['closed_at'] ??= close ? `${close}T00:00:00Z` : null;
    const closed = values['closed_at'] as string | null;
    if (closed === null) {
      problem('close_date_missing', 'close_date', `A deal that is ${kind} needs the date it was closed.`);
      return;
    }
    values['close_date'] ??= closed.slice(0, 10);
    if (created && new Date(closed) < new Date(created.slice(0, 10))) {
      problem('closed_before_created', 'close_date', `The deal is closed on ${closed.slice(0, 10)}, before it was created on ${created.slice(0, 10)}.`);
    }
  }
  if ((values['name'] ?? null) === null) problem('name_missing', 'name', 'A deal needs a name. Map a column to it, or make it from others with a template such as {account} – {product}.');
}

/** Opportunities. */
export const dealsEntity: EntityDefinition = {
  entity: 'deals',
  table: 'crm_deals',
  label: { en: 'Deals', ar: 'الصفقات' },
  fields: [
    externalId(['opportunity id', 'deal id']),
    text('name', 'Name', 'الاسم', ['deal', 'deal name', 'opportunity', 'opportunity name', 'property dealname']),
    { key: 'account', column: 'account_id', label: { en: 'Account', ar: 'الحساب' }, type: 'reference', reference: 'accounts', synonyms: ['account id', 'company', 'account name'] },
    { key: 'contact', column: 'primary_contact_id', label: { en: 'Contact', ar: 'جهة الاتصال' }, type: 'reference', reference: 'contacts', synonyms: ['contact id'] },
    { ...ownerField },
    { key: 'pipeline', column: 'pipeline_id', label: { en: 'Pipeline', ar: 'المسار' }, type: 'reference', reference: 'pipelines', synonyms: ['pipeline id', 'deal pipeline id'] },
    { key: 'stage', column: 'stage_id', label: { en: 'Stage', ar: 'المرحلة' }, type: 'reference', reference: 'stages', synonyms: ['deal stage', 'stage name', 'deal pipeline stage id'] },
    { key: 'status', label: { en: 'Status', ar: 'الحالة' }, type: 'choice', choices: ['open', 'won', 'lost'] },
    { key: 'is_closed', column: '', label: { en: 'Closed (yes/no)', ar: 'مغلقة (نعم/لا)' }, type: 'boolean', synonyms: ['is closed'] },
    { key: 'is_won', column: '', label: { en: 'Won (yes/no)', ar: 'رابحة (نعم/لا)' }, type: 'boolean', synonyms: ['is won', 'closed won'] },
    { key: 'expected_value', label: { en: 'Amount', ar: 'المبلغ' }, type: 'money', synonyms: ['amount', 'value', 'close value', 'property amount', 'expected revenue'] },
    { key: 'currency', label: { en: 'Currency', ar: 'العملة' }, type: 'currency', synonyms: ['currency iso code'] },
    { key: 'close_date', label: { en: 'Close date', ar: 'تاريخ الإغلاق' }, type: 'date', synonyms: ['closedate', 'property closedate', 'expected close'] },
    { key: 'closed_at', label: { en: 'Closed at', ar: 'أُغلقت في' }, type: 'timestamp' },
    { key: 'product', column: 'product_id', label: { en: 'Product', ar: 'المنتج' }, type: 'reference', reference: 'products', synonyms: ['product name'] },
    text('source', 'Source', 'المصدر', ['lead source']),
    { key: 'campaign', column: 'campaign_id', label: { en: 'Campaign', ar: 'الحملة' }, type: 'reference', reference: 'campaigns', synonyms: ['campaign id'] },
    text('lost_reason', 'Reason lost', 'سبب الخسارة', ['loss reason']),
    text('next_step', 'Next step', 'الخطوة التالية', []),
    text('description', 'Description', 'الوصف', ['property description']),
    createdAt,
  ],
  naturalKeys: [],
  prepare: prepareDeal,
};
