import type { MailLocale } from './delivery.types.js';

const texts = {
  asOf: ['Complete up to', 'مكتملة حتى'], position: ['position', 'الموضع'], moving: ['The data changed faster than it could be read at one moment; figures may be of neighbouring moments.', 'تغيّرت البيانات أسرع من أن تُقرأ في لحظة واحدة؛ قد تكون الأرقام من لحظات متجاورة.'],
  eyes: ['Computed with what you may see. Others who receive this mail may get other numbers.', 'محسوبة بما يحق لك رؤيته. قد تصل غيرَك من المستلمين أرقامٌ أخرى.'],
  open: ['Open the dashboard', 'فتح اللوحة'], definition: ['Definition', 'التعريف'], filters: ['Conditions', 'الشروط'], none: ['none', 'لا شيء'], period: ['Period', 'الفترة'], before: ['Period before', 'الفترة السابقة'],
  rows: ['rows', 'صفوف'], more: ['All rows are in the attached file.', 'كل الصفوف في الملف المرفق.'], cut: ['Only the first 50,000 rows; ask the dashboard for the rest.', 'أول 50,000 صف فقط؛ والباقي في اللوحة.'], empty: ['Nothing to show', 'لا شيء للعرض'],
  noFiles: ['Your role may not export files, so none are attached.', 'لا يسمح دورك بتصدير الملفات، لذلك لا مرفقات.'], hidden: ['You may not see this figure.', 'لا يحق لك رؤية هذا الرقم.'], failed: ['This figure could not be computed', 'تعذّر حساب هذا الرقم'],
  why: ['You receive this because {owner} set up the schedule “{name}”.', 'تصلك هذه الرسالة لأن {owner} أعدّ الجدول «{name}».'], value: ['Value', 'القيمة'], sheet: ['Contents', 'المحتويات'], tile: ['Figure', 'الرقم'], all: ['All time', 'كل الوقت'], nothing: ['None', 'بلا'], list: ['List', 'قائمة'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

const operators: Readonly<Record<string, readonly [string, string]>> = {
  equals: ['is', 'هو'], notEquals: ['is not', 'ليس'], contains: ['contains', 'يحتوي'], notContains: ['does not contain', 'لا يحتوي'], set: ['is known', 'معروف'], notSet: ['is not known', 'غير معروف'], inDateRange: ['within', 'ضمن'], gt: ['>', '>'], gte: ['≥', '≥'], lt: ['<', '<'], lte: ['≤', '≤'],
};

/** A text of a mail. */
export const mailText = (key: keyof typeof texts, locale: MailLocale): string => texts[key][locale === 'ar' ? 1 : 0];

/** An operator of a condition in words. */
export const operatorText = (operator: string, locale: MailLocale): string => operators[operator]?.[locale === 'ar' ? 1 : 0] ?? operator;
