import type { Cube, Dimension, Measure } from '../../model.types.js';
import { calendarDate } from '../../sql.parts.js';
import { account, accountJoin, column, currencyMeasure, ownerJoin, ownership, rowKey } from '../shared/common.members.js';
import { pipelineChangeSql } from './pipeline.change.sql.js';

type Words = readonly [title: string, titleAr: string, description: string, descriptionAr: string, formulaAr: string];

/** A part of the bridge: Σ of a column, and the deals that it is made of by a condition. */
function part(name: string, sql: string, condition: string, formula: string, [title, titleAr, description, descriptionAr, formulaAr]: Words): Record<string, Measure> {
  return {
    [name]: { title, titleAr, description, descriptionAr, type: 'number', sql: `sum({CUBE}.${sql})`, format: 'currency', unit: 'money', kpi: `pipeline_${name}`, formula, formulaAr, additive: true },
    [`${name}_count`]: {
      title: `${title}: deals`, titleAr: `${titleAr}: الصفقات`, description: `Deals behind "${title}".`, descriptionAr: `عدد الصفقات وراء «${titleAr}».`, type: 'count', where: condition, unit: 'count',
      formula: `number of deals: ${formula.replace('Σ ', '')}`, formulaAr: `عدد الصفقات: ${formulaAr.replace('Σ ', '')}`, additive: true,
    },
  };
}

const came = (...kinds: readonly string[]): string => `{CUBE}.came_as IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`;
const went = (kind: string): string => `{CUBE}.went_as = '${kind}'`;

const asked = (dimension: Dimension, kind: 'instant' | 'date'): Dimension => {
  const { title, titleAr, description, descriptionAr, type, sql } = dimension;
  return { title, titleAr, description, descriptionAr, type, sql, asked: kind };
};

const amounts = ['deals.expected_value', 'deals.currency', 'deals.status', 'deals.close_date'] as const;
const kinds = ['deals.status', 'deals.close_date'] as const;

/** Builds the cube; `ratesSql` is the SQL of the rates cube. */
export function pipelineChange(ratesSql: string): Cube {
  return {
    name: 'crm_pipeline_change',
    unit: 'sales',
    description: 'What became of each open deal between two instants, from history alone.',
    sql: pipelineChangeSql(ratesSql),
    joins: { ...ownerJoin, ...accountJoin },
    lineage: {
      asked_from: [], asked_until: [], asked_close_from: [], asked_close_until: [], change: ['deals.expected_value', ...kinds], came_as: kinds, went_as: kinds, amount_change: amounts,
      ...Object.fromEntries(['opening', 'added', 'reopened', 'increased', 'decreased', 'slipped_out', 'pulled_in', 'won', 'lost', 'removed', 'closing'].map((name) => [name, amounts])),
      from_amount: ['deals.expected_value', 'deals.currency'], to_amount: ['deals.expected_value', 'deals.currency'], from_status: ['deals.status'], to_status: ['deals.status'],
      ...Object.fromEntries(['from_stage', 'from_stage_ar', 'from_stage_id', 'to_stage', 'to_stage_ar', 'to_stage_id'].map((name) => [name, ['deals.stage_id'] as const])),
      from_close_date: ['deals.close_date'], to_close_date: ['deals.close_date'],
    },
    measures: {
      count: {
        title: 'Deals in the change', titleAr: 'صفقات التغير', description: 'Deals that were open in the window at either instant, or came and ended between them.',
        descriptionAr: 'الصفقات التي كانت مفتوحة ضمن النافذة في إحدى اللحظتين، أو دخلت وانتهت بينهما.', type: 'count', unit: 'count', formula: 'number of deals', formulaAr: 'عدد الصفقات', additive: true,
      },
      ...part('opening', 'opening', came('open'), 'Σ amount open at the first instant', ['Opening pipeline', 'الرصيد الافتتاحي', 'Open pipeline at the first instant, as it then was.', 'خط المبيعات المفتوح في اللحظة الأولى كما كان.', 'Σ مبالغ الصفقات المفتوحة في اللحظة الأولى']),
      ...part('new', 'added', came('new', 'reopened'), 'Σ later amount of deals created, restored or reopened since', [
        'New', 'جديد', 'Deals that came in between: created, restored or reopened, with their amount at the second instant.', 'صفقات دخلت بين اللحظتين: أُنشئت أو استُعيدت أو أُعيد فتحها، بمبلغها في اللحظة الثانية.', 'Σ المبالغ اللاحقة للصفقات التي أُنشئت أو استُعيدت أو أُعيد فتحها منذ اللحظة الأولى',
      ]),
      ...part('reopened', 'reopened', came('reopened'), 'Σ later amount of deals reopened or restored since; part of new', [
        'Reopened', 'أُعيد فتحه', 'Of the new ones, deals that had ended or were deleted before. Already counted in New: do not add it again.', 'ما كان منتهيًا أو محذوفًا من قبل، وهو محسوب ضمن «جديد» فلا يُجمع ثانية.', 'Σ المبالغ اللاحقة للصفقات التي أُعيد فتحها أو استُعيدت منذ اللحظة الأولى؛ جزء من «جديد»',
      ]),
      ...part('increased', 'increased', `{CUBE}.amount_change = 'increased'`, 'Σ growth of the amounts of deals that stayed or ended', [
        'Increased', 'زيادة', 'Growth in the amounts of deals that were open at the first instant and stayed in the window, or were won or lost since.', 'زيادة مبالغ الصفقات التي كانت مفتوحة وبقيت في النافذة أو رُبحت أو خُسرت.', 'Σ زيادة مبالغ الصفقات التي بقيت أو انتهت',
      ]),
      ...part('decreased', 'decreased', `{CUBE}.amount_change = 'decreased'`, 'Σ decline of the amounts of deals that stayed or ended', [
        'Decreased', 'نقصان', 'Decline in the amounts of those deals, as a positive number.', 'نقصان مبالغ تلك الصفقات، رقمًا موجبًا.', 'Σ نقصان مبالغ الصفقات التي بقيت أو انتهت',
      ]),
      ...part('slipped_out', 'slipped_out', went('slipped_out'), 'Σ earlier amount of open deals whose close date left the window', [
        'Slipped out', 'خرج من النافذة', 'Open deals whose expected close date has left the window, with their amount at the first instant.', 'صفقات مفتوحة خرج تاريخ إغلاقها المتوقع من النافذة، بمبلغها في اللحظة الأولى.', 'Σ المبالغ السابقة للصفقات المفتوحة التي خرج تاريخ إغلاقها من النافذة',
      ]),
      ...part('pulled_in', 'pulled_in', came('pulled_in'), 'Σ later amount of deals whose close date came into the window', [
        'Pulled in', 'دخل النافذة', 'Deals that were open outside the window and whose close date, or end, came into it, with their amount at the second instant.', 'صفقات مفتوحة دخل تاريخ إغلاقها النافذة، بمبلغها في اللحظة الثانية.', 'Σ المبالغ اللاحقة للصفقات التي دخل تاريخ إغلاقها النافذة',
      ]),
      ...part('won', 'won', went('won'), 'Σ later amount of deals won since', ['Won', 'ربح', 'Deals won since, with the amount that they were won with.', 'صفقات رُبحت منذ ذلك الحين، بالمبلغ الذي رُبحت به.', 'Σ المبالغ اللاحقة للصفقات التي رُبحت منذ اللحظة الأولى']),
      ...part('lost', 'lost', went('lost'), 'Σ later amount of deals lost since', ['Lost', 'خسارة', 'Deals lost since, with the amount that they were lost with.', 'صفقات خُسرت منذ ذلك الحين، بمبلغها عند خسارتها.', 'Σ المبالغ اللاحقة للصفقات التي خُسرت منذ اللحظة الأولى']),
      ...part('removed', 'removed', went('removed'), 'Σ earlier amount of deals deleted since', ['Removed', 'محذوف', 'Deals deleted since, with their amount at the first instant.', 'صفقات حُذفت منذ ذلك الحين، بمبلغها في اللحظة الأولى.', 'Σ المبالغ السابقة للصفقات التي حُذفت منذ اللحظة الأولى']),
      ...part('closing', 'closing', went('open'), 'Σ amount open at the second instant = opening + new + increased − decreased − slipped out + pulled in − won − lost − removed', [
        'Closing pipeline', 'الرصيد الختامي', 'Open pipeline at the second instant: the opening and every part of the change add up to it, to the cent.', 'خط المبيعات المفتوح في اللحظة الثانية، وهو حاصل جمع الافتتاحي وكل أجزاء التغير.', 'Σ مبالغ الصفقات المفتوحة في اللحظة الثانية = الرصيد الافتتاحي + جديد + زيادة − نقصان − خرج من النافذة + دخل النافذة − ربح − خسارة − محذوف',
      ]),
      ...currencyMeasure,
    },
    dimensions: {
      ...rowKey('deal', 'الصفقة'),
      from: asked(column('From', 'من', 'The first instant, in UTC. By default the start of the month of the second one, or where history begins.', 'اللحظة الأولى، وهي بداية شهر اللحظة الثانية ما لم تُحدَّد، أو بداية التاريخ المحفوظ.', '{CUBE}.asked_from', 'time'), 'instant'),
      until: asked(column('Until', 'حتى', 'The second instant, in UTC; now by default. Of a later one than now is known what is known now.', 'اللحظة الثانية، وهي الآن ما لم تُحدَّد.', '{CUBE}.asked_until', 'time'), 'instant'),
      close_from: asked(column('Window from', 'النافذة من', 'First expected close date of the window, as YYYY-MM-DD; without one it is open.', 'أول تاريخ إغلاق متوقع في النافذة.', '{CUBE}.asked_close_from'), 'date'),
      close_until: asked(column('Window until', 'النافذة حتى', 'Last expected close date of the window, which is in it, as YYYY-MM-DD; without one it is open.', 'آخر تاريخ إغلاق متوقع في النافذة، وهو منها.', '{CUBE}.asked_close_until'), 'date'),
      name: column('Deal', 'الصفقة', 'Name of the deal at the second instant, or at the first one if it was deleted.', 'اسم الصفقة في اللحظة الثانية، أو الأولى إن حُذفت.', '{CUBE}.name'),
      change: column('Change', 'التغير', 'What became of the deal, in one word: won, lost, removed, slipped_out, else new, reopened, pulled_in, else increased, decreased or unchanged.', 'ما آلت إليه الصفقة بكلمة واحدة.', '{CUBE}.change'),
      came_as: column('Came as', 'دخلت', 'open (at the first instant), new, reopened or pulled_in.', 'مفتوحة في اللحظة الأولى أو جديدة أو أُعيد فتحها أو دخلت النافذة.', '{CUBE}.came_as'),
      went_as: column('Went as', 'انتهت', 'open (at the second instant), won, lost, slipped_out or removed.', 'مفتوحة في اللحظة الثانية أو رابحة أو خاسرة أو خارج النافذة أو محذوفة.', '{CUBE}.went_as'),
      amount_change: column('Amount change', 'تغير المبلغ', 'increased, decreased or none.', 'زاد المبلغ أو نقص أو لم يتغير.', '{CUBE}.amount_change'),
      ...sides('stage', 'Stage', 'المرحلة', 'Name of the stage, as it is called now,', 'المرحلة'),
      ...sides('stage_ar', 'Stage (Arabic)', 'المرحلة (عربي)', "The stage's name in Arabic, else in its own script,", 'اسم المرحلة بالعربية'),
      ...sides('stage_id', 'Stage id', 'معرّف المرحلة', 'Identifier of the stage', 'معرّف المرحلة', 'toString({CUBE}.SIDE_stage_id)'),
      ...sides('status', 'Status', 'الحالة', 'Status: open, won or lost,', 'حالة الصفقة'),
      ...sides('amount', 'Amount', 'المبلغ', "Amount, in the reporting currency at the rate of the second instant's day,", 'المبلغ بعملة التقارير', '{CUBE}.SIDE_amount', 'number'),
      ...sides('close_date', 'Close date', 'تاريخ الإغلاق', 'Expected close date', 'تاريخ الإغلاق المتوقع', calendarDate('{CUBE}.SIDE_close_date'), 'time'),
      ...ownership('{crm_account.region}'),
      ...account,
    },
    drill: ['id', 'name', 'account', 'owner', 'change', 'from_amount', 'to_amount'],
  };
}

/** A property of a deal at both instants; it is empty where the deal was not there. */
function sides(name: string, title: string, titleAr: string, what: string, whatAr: string, sql = `{CUBE}.SIDE_${name}`, type: Dimension['type'] = 'string'): Record<string, Dimension> {
  return {
    [`from_${name}`]: column(`${title} then`, `${titleAr} سابقًا`, `${what} at the first instant.`, `${whatAr} في اللحظة الأولى.`, sql.replace('SIDE', 'from'), type),
    [`to_${name}`]: column(`${title} after`, `${titleAr} لاحقًا`, `${what} at the second instant.`, `${whatAr} في اللحظة الثانية.`, sql.replace('SIDE', 'to'), type),
  };
}
