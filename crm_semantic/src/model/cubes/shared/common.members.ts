import type { Bilingual, Cube, Dimension, Measure } from '../../model.types.js';
import { reportingCurrency } from '../../sql.parts.js';

/** The key of a cube's rows; also what a drill-down opens. */
export function rowKey(what: string, whatAr: string, sql = '{CUBE}.id'): Record<string, Dimension> {
  return {
    row_id: {
      title: 'Row key', titleAr: 'مفتاح الصف', description: `Key of the ${what}.`, descriptionAr: `مفتاح ${whatAr}.`, type: 'string',
      sql, primaryKey: true, internal: true,
    },
    id: {
      title: 'Id', titleAr: 'المعرّف', description: `Identifier of the ${what}, to open it.`, descriptionAr: `معرّف ${whatAr} لفتحه.`, type: 'string',
      sql: `toString(${sql})`,
    },
  };
}

/** The record that a row opens, for cubes whose rows are no records of their own. */
export const opensId = (what: string, whatAr: string, sql: string): Record<string, Dimension> => ({
  opens_id: { title: 'Record to open', titleAr: 'السجل المفتوح', description: `Identifier of the ${what} that the row belongs to.`, descriptionAr: `معرّف ${whatAr} الذي ينتمي إليه الصف.`, type: 'string', sql, internal: true },
});

/** A number that only the rows behind another one need; `parts` of that one names it. */
export const helper = (title: string, titleAr: string, { per, ...rest }: Omit<Measure, keyof Bilingual | 'internal'>): Measure => ({
  title, titleAr, description: `${title}, for the rows behind other numbers.`, descriptionAr: `${titleAr}، للصفوف وراء أرقام أخرى.`, ...rest, internal: true, ...(per === undefined ? {} : { per }),
});

/** The joins that `ownership` needs. */
export const ownerJoin = { crm_owner: '{CUBE}.owner_id = {crm_owner}.id' } as const;
/** The join that `account` needs. */
export const accountJoin = { crm_account: '{CUBE}.account_id = {crm_account}.id' } as const;

/** Owner, team and region of a row; `region` is the row's own region, which goes before the one of its owner's team. */
export function ownership(region: string | null = null): Record<string, Dimension> {
  const regionText = region ? `The ${region.includes('crm_account') ? "account's" : "record's"} region or, without one, that of its owner's team.` : "The region of its owner's team.";
  const regionAr = region ? 'منطقة السجل أو الحساب، وإلا فمنطقة فريق المسؤول.' : 'منطقة فريق المسؤول.';
  return {
    owner: { title: 'Owner', titleAr: 'المسؤول', description: 'The person who owns the record.', descriptionAr: 'الشخص المسؤول عن السجل.', type: 'string', sql: '{crm_owner.name}' },
    owner_ar: { title: 'Owner (Arabic)', titleAr: 'المسؤول (عربي)', description: "The owner's name in Arabic, else in its own script.", descriptionAr: 'اسم المسؤول بالعربية وإلا كما هو.', type: 'string', sql: '{crm_owner.name_ar}' },
    owner_id: { title: 'Owner id', titleAr: 'معرّف المسؤول', description: 'Identifier of the owner.', descriptionAr: 'معرّف المسؤول.', type: 'string', sql: 'toString({CUBE}.owner_id)' },
    team: { title: 'Team', titleAr: 'الفريق', description: "The owner's team.", descriptionAr: 'فريق المسؤول.', type: 'string', sql: '{crm_owner.team}' },
    team_ar: { title: 'Team (Arabic)', titleAr: 'الفريق (عربي)', description: "The team's name in Arabic, else in its own script.", descriptionAr: 'اسم الفريق بالعربية وإلا كما هو.', type: 'string', sql: '{crm_owner.team_ar}' },
    team_id: { title: 'Team id', titleAr: 'معرّف الفريق', description: "Identifier of the owner's team.", descriptionAr: 'معرّف فريق المسؤول.', type: 'string', sql: 'toString({crm_owner.team_id})' },
    region: { title: 'Region', titleAr: 'المنطقة', description: regionText, descriptionAr: regionAr, type: 'string', sql: region ? `coalesce(nullIf(${region}, ''), {crm_owner.region})` : '{crm_owner.region}' },
  };
}

/** The account of a row by name; merged accounts show under their survivor. */
export const account: Record<string, Dimension> = {
  account: { title: 'Account', titleAr: 'الحساب', description: 'The account; a merged one under its survivor.', descriptionAr: 'الحساب، والمدموج يظهر تحت الحساب الباقي.', type: 'string', sql: '{crm_account.name}' },
  account_ar: { title: 'Account (Arabic)', titleAr: 'الحساب (عربي)', description: "The account's name in Arabic, else in its own script.", descriptionAr: 'اسم الحساب بالعربية وإلا كما هو.', type: 'string', sql: '{crm_account.name_ar}' },
  account_id: { title: 'Account id', titleAr: 'معرّف الحساب', description: 'Identifier of the account.', descriptionAr: 'معرّف الحساب.', type: 'string', sql: 'toString({crm_account.survivor_id})' },
  industry: { title: 'Industry', titleAr: 'القطاع', description: "The account's industry.", descriptionAr: 'قطاع الحساب.', type: 'string', sql: '{crm_account.industry}' },
};

/** A property read straight from a column. */
export function column(title: string, titleAr: string, description: string, descriptionAr: string, sql: string, type: Dimension['type'] = 'string'): Dimension {
  return { title, titleAr, description, descriptionAr, type, sql };
}

/** The join that `tags` needs. */
export const tagJoin = (entity: string): Record<string, string> => ({ [`crm_${entity}_tags`]: `{CUBE}.id = {crm_${entity}_tags}.id` });

/** The tags of a row. */
export const tags = (entity: string): Record<string, Dimension> => ({
  tags: column('Tags', 'الوسوم', 'The tags of the record by name, separated by commas.', 'وسوم السجل مفصولة بفواصل.', `{crm_${entity}_tags.names}`),
});

/** Cubes as they are while the feature of tags is off: none has the dimension `tags`. */
export const withoutTags = (cubes: readonly Cube[]): readonly Cube[] => cubes.map((cube) => {
  const { tags: left, ...dimensions } = cube.dimensions;
  return left === undefined ? cube : { ...cube, dimensions };
});

/** When the row was made. */
export const createdAt: Record<string, Dimension> = {
  created_at: column('Created', 'تاريخ الإنشاء', 'When the record was created.', 'وقت إنشاء السجل.', '{CUBE}.created_at', 'time'),
};

/** The currency of every money measure of a view. */
export const currencyMeasure: Record<string, Measure> = {
  reporting_currency: {
    title: 'Reporting currency', titleAr: 'عملة التقارير', description: 'ISO code of the currency that all money of this view is converted to.',
    descriptionAr: 'رمز العملة التي تُحوَّل إليها كل المبالغ.', type: 'string', // Of no rows too: nothing is worth 0 of that currency, not 0 of none.
    sql: `if(count() = 0, ${reportingCurrency}, any(${reportingCurrency}))`, unit: 'text',
  },
};
