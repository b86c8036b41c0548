import type { MailLocale } from '../../delivery/delivery.types.js';
import { stampKeys, type StampKey } from './export.types.js';

const labels: Readonly<Record<StampKey, readonly [english: string, arabic: string]>> = {
  report: ['Report', 'التقرير'], view: ['View', 'العرض'], split: ['Split by', 'مقسّم حسب'], conditions: ['Conditions', 'الشروط'], period: ['Period', 'الفترة'], compared: ['Compared with', 'مقارنة مع'],
  asked: ['Asked by', 'طلبه'], made: ['Made at', 'أُعدّ في'], watermark: ['Complete up to', 'مكتمل حتى'], moved: ['Warning', 'تنبيه'], definitions: ['Definitions', 'التعريفات'], currency: ['Currency', 'العملة'],
  proof: ['Proof', 'الإثبات'], cut: ['Not shown', 'غير معروض'], definition: ['Question', 'السؤال'], note: ['Note', 'ملاحظة'],
};

const texts = {
  about: ['About', 'نبذة'], hash: ['SHA-256', 'SHA-256'], seal: ['Seal', 'الختم'], total: ['Total', 'المجموع'], others: ['Others', 'أخرى'], none: ['None', 'بلا'], noConditions: ['none', 'لا شيء'], all: ['All time', 'كل الوقت'], before: ['before', 'سابقًا'],
  position: ['position', 'الموضع'], version: ['version', 'الإصدار'], or: ['or', 'أو'], page: ['Page {page} of {pages}', 'صفحة {page} من {pages}'], band: ['columns {from}–{to} of {of}', 'الأعمدة {from}–{to} من {of}'],
  moving: ['The data changed faster than it could be read at one moment; figures may be of neighbouring moments.', 'تغيّرت البيانات أسرع من أن تُقرأ في لحظة واحدة؛ قد تكون الأرقام من لحظات متجاورة.'],
  proven: ['equal to the ledger when last compared, {at}', 'مطابق للسجل عند آخر مقارنة، {at}'], unproven: ['not compared with the ledger', 'لم يُقارن بالسجل'], unequal: ['DIFFERENT from the ledger when last compared, {at}', 'مختلف عن السجل عند آخر مقارنة، {at}'],
  cutRows: ['rows: {kept} of {of}', 'الصفوف: {kept} من {of}'], cutColumns: ['columns: {kept} of {of}', 'الأعمدة: {kept} من {of}'], cutHaving: ['rows that fulfil the conditions on values: {kept} of {of}', 'الصفوف التي تحقق شروط القيم: {kept} من {of}'], cutTop: ['first values: {kept} of {of}', 'القيم الأولى: {kept} من {of}'], unknown: ['an unknown number', 'عدد غير معروف'],
  digits: ['Excel holds 15 digits; this number has more and is kept as text: {text}', 'يحفظ Excel ‏15 رقمًا؛ لهذا العدد أكثر فحُفظ نصًا: {text}'], rounded: ['Quotients are rounded to the 15 digits that Excel holds.', 'حواصل القسمة مقرّبة إلى 15 رقمًا يحفظها Excel.'],
  pictureCut: ['The picture shows {kept} of {of}; the whole report is in this file\'s content and in CSV, Excel and PDF.', 'تعرض الصورة {kept} من {of}؛ والتقرير كاملًا في محتوى هذا الملف وفي CSV وExcel وPDF.'], rows: ['{count} rows', '{count} صفوف'], columns: ['{count} columns', '{count} أعمدة'], report: ['Report', 'تقرير'],
  journal: ['Journal of invoices', 'قيود الفواتير'], issued: ['Issued invoices: no drafts, none that are void, none of test accounts', 'الفواتير الصادرة: لا مسودات ولا ملغاة ولا لحسابات تجريبية'],
  accounts: ['Receivables {receivable}, revenue {revenue}, tax due {tax}; cost centre is the team of who looks after the invoice', 'الذمم المدينة {receivable}، الإيرادات {revenue}، الضريبة المستحقة {tax}؛ ومركز التكلفة فريق المسؤول عن الفاتورة'], balance: ['{currency}: {count} invoices, {gross} gross, debit equals credit', '{currency}: {count} فواتير، {gross} إجمالًا، المدين يساوي الدائن'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

/** A text of a file; `{name}` is replaced. */
export function exportText(key: keyof typeof texts, locale: MailLocale, values: Readonly<Record<string, string | number>> = {}): string {
  return texts[key][locale === 'ar' ? 1 : 0].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The name of a line of the stamp. */
export const stampLabel = (key: StampKey, locale: MailLocale): string => labels[key][locale === 'ar' ? 1 : 0];

/** What a line of a stamp is, by its name in either language; undefined for what is none. */
export const stampKeyOf = (label: string): StampKey | undefined => stampKeys.find((key) => labels[key].includes(label));
