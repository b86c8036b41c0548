import type { Cube } from '../../model.types.js';
import { calendarDate, converted, liveRows, ofRealAccount, ratio, rateJoin } from '../../sql.parts.js';
import { account, accountJoin, column, createdAt, currencyMeasure, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/** Recurring revenue counts while it is paid for: no trials, nothing paused or ended. */
const paying = `({CUBE}.status IN ('active', 'past_due') AND {CUBE}.mrr > 0)`;
const mrr = `sumIf(ifNull({monthly_amount}, 0), ${paying})`;
const payingAccounts = `uniqExactIf(coalesce({crm_account.survivor_id}, {CUBE}.account_id), ${paying})`;

/** Subscriptions as they are now. */
export const subscriptions: Cube = {
  name: 'crm_subscriptions',
  unit: 'billing',
  description: 'Subscriptions as they are now, without deleted records.',
  sql: liveRows('crm_subscriptions', '*, toDate32(today()) AS rate_day', ofRealAccount()),
  kept: true,
  joins: { ...ownerJoin, ...accountJoin, crm_product: '{CUBE}.product_id = {crm_product}.id', crm_rates: rateJoin() },
  measures: {
    count: {
      title: 'Subscriptions', titleAr: 'الاشتراكات', description: 'All subscriptions, whatever their status.', descriptionAr: 'كل الاشتراكات أيًّا كانت حالتها.',
      type: 'count', unit: 'count', kpi: 'subscriptions', formula: 'number of subscriptions', formulaAr: 'عدد الاشتراكات', additive: true,
    },
    active_count: {
      title: 'Paying subscriptions', titleAr: 'الاشتراكات المدفوعة', description: 'Subscriptions that are active or past due with recurring revenue.', descriptionAr: 'الاشتراكات النشطة أو المتأخرة ذات الإيراد المتكرر.',
      type: 'count', where: paying, unit: 'count', formula: 'number of paying subscriptions', formulaAr: 'عدد الاشتراكات المدفوعة', additive: true,
    },
    mrr: {
      title: 'MRR', titleAr: 'الإيراد الشهري المتكرر', description: "Monthly recurring revenue now, at today's exchange rates; no trials, no one-offs.", descriptionAr: 'الإيراد الشهري المتكرر الآن بأسعار صرف اليوم، دون التجارب والمبالغ لمرة واحدة.',
      type: 'number', sql: mrr, format: 'currency', unit: 'money_per_month', kpi: 'mrr', formula: 'Σ monthly-normalised recurring revenue', formulaAr: 'Σ الإيراد المتكرر محسوبًا لكل شهر', additive: true,
    },
    arr: {
      title: 'ARR', titleAr: 'الإيراد السنوي المتكرر', description: 'Twelve times MRR.', descriptionAr: 'الإيراد الشهري المتكرر مضروبًا في 12.',
      type: 'number', sql: `${mrr} * 12`, format: 'currency', unit: 'money_per_year', kpi: 'arr', formula: 'MRR × 12', formulaAr: 'الإيراد الشهري المتكرر × 12', additive: true,
    },
    paying_accounts: {
      title: 'Paying accounts', titleAr: 'الحسابات الدافعة', description: 'Accounts with at least one paying subscription; merged ones count once.', descriptionAr: 'الحسابات التي لها اشتراك مدفوع واحد على الأقل.',
      type: 'number', sql: payingAccounts, unit: 'count', kpi: 'paying_accounts', formula: 'number of accounts with a paying subscription', formulaAr: 'عدد الحسابات التي لها اشتراك مدفوع', per: 'account_id',
    },
    arpa: {
      title: 'ARPA', titleAr: 'متوسط الإيراد لكل حساب', description: 'MRR divided by paying accounts; empty without any.', descriptionAr: 'الإيراد الشهري المتكرر مقسومًا على الحسابات الدافعة.',
      type: 'number', sql: ratio(mrr, payingAccounts), format: 'currency', unit: 'money_per_month', kpi: 'arpa', formula: 'MRR ÷ paying accounts', formulaAr: 'الإيراد الشهري المتكرر ÷ الحسابات الدافعة', parts: 'mrr / paying_accounts', per: 'account_id',
    },
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('subscription', 'الاشتراك'),
    monthly_amount: {
      title: 'Monthly amount', titleAr: 'المبلغ الشهري', description: 'MRR in the reporting currency, for the measures.', descriptionAr: 'الإيراد الشهري بعملة التقارير.', type: 'number',
      sql: converted('{CUBE}.mrr', '{CUBE}.currency'), internal: true,
    },
    status: column('Status', 'الحالة', 'trial, active, past_due, paused, cancelled or expired.', 'حالة الاشتراك.', '{CUBE}.status'),
    billing_period: column('Billing period', 'دورة الفوترة', 'month, quarter or year.', 'شهر أو ربع أو سنة.', '{CUBE}.billing_period'),
    product: column('Product', 'المنتج', 'The subscribed product.', 'المنتج المشترك به.', '{crm_product.name}'),
    ...ownership('{crm_account.region}'),
    ...account,
    started_on: column('Start', 'البدء', 'First day of the subscription.', 'أول يوم في الاشتراك.', calendarDate('{CUBE}.started_on'), 'time'),
    renews_on: column('Renewal', 'التجديد', 'Day of the next renewal.', 'يوم التجديد القادم.', calendarDate('{CUBE}.renews_on'), 'time'),
    ...createdAt,
  },
  drill: ['id', 'account', 'product', 'status', 'owner'],
};

const outstanding = `{CUBE}.status IN ('open', 'overdue')`;
const issued = `{CUBE}.status NOT IN ('draft', 'void')`;
const net = '{net_amount}';

/** Invoices as they are now. */
export const invoices: Cube = {
  name: 'crm_invoices',
  unit: 'billing',
  description: 'Invoices as they are now, without deleted records.',
  sql: liveRows('crm_invoices', '*, least(toDate32(issued_on), toDate32(today())) AS rate_day', ofRealAccount()),
  kept: true,
  joins: { ...ownerJoin, ...accountJoin, crm_rates: rateJoin() },
  measures: {
    count: {
      title: 'Invoices', titleAr: 'الفواتير', description: 'All invoices, whatever their status.', descriptionAr: 'كل الفواتير أيًّا كانت حالتها.',
      type: 'count', unit: 'count', kpi: 'invoices', formula: 'number of invoices', formulaAr: 'عدد الفواتير', additive: true,
    },
    overdue_count: {
      title: 'Overdue invoices', titleAr: 'الفواتير المتأخرة', description: 'Unpaid invoices whose due day has passed (UTC).', descriptionAr: 'الفواتير غير المدفوعة التي فات موعدها.',
      type: 'count', where: `${outstanding} AND {CUBE}.due_on < toDate32(today())`, unit: 'count', formula: 'unpaid invoices due before today', formulaAr: 'عدد الفواتير غير المدفوعة المستحقة قبل اليوم', additive: true,
    },
    invoiced_amount: {
      title: 'Invoiced', titleAr: 'المفوتر', description: 'Net amount of issued invoices, without drafts and void ones, at the rate of the day of issue.', descriptionAr: 'صافي الفواتير الصادرة دون المسودات والملغاة بسعر صرف يوم الإصدار.',
      type: 'number', sql: `sumIf(ifNull(${net}, 0), ${issued})`, format: 'currency', unit: 'money', kpi: 'invoiced', formula: 'Σ net of issued invoices', formulaAr: 'Σ صافي الفواتير الصادرة', additive: true,
    },
    paid_amount: {
      title: 'Paid', titleAr: 'المدفوع', description: 'What has been paid on issued invoices, gross, at the rate of the day of issue.', descriptionAr: 'ما دُفع من الفواتير الصادرة شاملًا الضريبة.',
      type: 'number', sql: `sumIf(ifNull({paid_amount_row}, 0), ${issued})`, format: 'currency', unit: 'money', kpi: 'paid', formula: 'Σ paid on issued invoices', formulaAr: 'Σ المدفوع من الفواتير الصادرة', additive: true,
    },
    outstanding_amount: {
      title: 'Outstanding', titleAr: 'المستحق', description: 'Gross amount still to be paid on open and overdue invoices.', descriptionAr: 'المبلغ المتبقي دفعه من الفواتير المفتوحة والمتأخرة.',
      type: 'number', sql: `sumIf(ifNull({gross_amount}, 0) - ifNull({paid_amount_row}, 0), ${outstanding})`, format: 'currency', unit: 'money', kpi: 'outstanding', formula: 'Σ (gross − paid) of unpaid invoices', formulaAr: 'Σ (الإجمالي شاملًا الضريبة − المدفوع) للفواتير غير المدفوعة', additive: true,
    },
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('invoice', 'الفاتورة'),
    net_amount: {
      title: 'Net', titleAr: 'الصافي', description: 'Net in the reporting currency, for the measures.', descriptionAr: 'الصافي بعملة التقارير.', type: 'number', sql: converted('{CUBE}.net_total', '{CUBE}.currency'), internal: true,
    },
    gross_amount: {
      title: 'Gross', titleAr: 'الإجمالي', description: 'Gross in the reporting currency, for the measures.', descriptionAr: 'الإجمالي بعملة التقارير.', type: 'number', sql: converted('{CUBE}.gross_total', '{CUBE}.currency'), internal: true,
    },
    paid_amount_row: {
      title: 'Paid', titleAr: 'المدفوع', description: 'Paid in the reporting currency, for the measures.', descriptionAr: 'المدفوع بعملة التقارير.', type: 'number', sql: converted('{CUBE}.paid_total', '{CUBE}.currency'), internal: true,
    },
    number: column('Number', 'الرقم', 'Number of the invoice.', 'رقم الفاتورة.', '{CUBE}.number'),
    status: column('Status', 'الحالة', 'draft, open, paid, overdue, void or uncollectible.', 'حالة الفاتورة.', '{CUBE}.status'),
    ...ownership('{crm_account.region}'),
    ...account,
    issued_on: column('Issued', 'تاريخ الإصدار', 'Day of issue.', 'يوم إصدار الفاتورة.', calendarDate('{CUBE}.issued_on'), 'time'),
    due_on: column('Due', 'تاريخ الاستحقاق', 'Day by which it is to be paid.', 'يوم استحقاق الفاتورة.', calendarDate('{CUBE}.due_on'), 'time'),
    paid_at: column('Paid at', 'وقت الدفع', 'When it was paid in full.', 'وقت اكتمال الدفع.', '{CUBE}.paid_at', 'time'),
    ...createdAt,
  },
  drill: ['id', 'number', 'account', 'status', 'due_on'],
};
