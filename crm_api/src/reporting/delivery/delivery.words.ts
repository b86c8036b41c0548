import type { MailLocale } from './delivery.types.js';

const texts = {
  asOf: ['Complete up to', 'مكتملة حتى'], position: ['position', 'الموضع'], moving: ['The data changed faster than it could be read at one moment; figures may be of neighbouring moments.', 'تغيّرت البيانات أسرع من أن تُقرأ في لحظة واحدة؛ قد تكون الأرقام من لحظات متجاورة.'],
  eyes: ['Computed with what you may see. Others who receive this mail may get other numbers.', 'محسوبة بما يحق لك رؤيته. قد تصل غيرَك من المستلمين أرقامٌ أخرى.'],
  open: ['Open the dashboard', 'فتح اللوحة'], openReport: ['Open the report', 'فتح التقرير'], version: ['Version {version}, saved {at} by {author}', 'الإصدار {version}، حفظه {author} في {at}'], definition: ['Definition', 'التعريف'], filters: ['Conditions', 'الشروط'], none: ['none', 'لا شيء'], period: ['Period', 'الفترة'], before: ['Period before', 'الفترة السابقة'],
  rows: ['rows', 'صفوف'], more: ['All rows are in the attached file.', 'كل الصفوف في الملف المرفق.'], cut: ['Only the first 50,000 rows; ask the dashboard for the rest.', 'أول 50,000 صف فقط؛ والباقي في اللوحة.'], empty: ['Nothing to show', 'لا شيء للعرض'],
  columnsLeft: ['The table above has {kept} of {of} columns of figures.', 'في الجدول أعلاه {kept} من {of} من أعمدة الأرقام.'], rowsLeft: ['The table above has {kept} of {of} rows.', 'في الجدول أعلاه {kept} من {of} من الصفوف.'], leftAttached: ['Everything is in the attached file.', 'وكل شيء في الملف المرفق.'], leftOpen: ['Everything is in the report itself.', 'وكل شيء في التقرير نفسه.'],
  cutAnswer: ['This report is larger than one answer: {cut}.', 'هذا التقرير أكبر من إجابة واحدة: {cut}.'], leavesAttached: ['All its rows, without totals, are in the attached file {name}.', 'كل صفوفه، دون مجاميع، في الملف المرفق {name}.'], allRows: ['all rows', 'كل الصفوف'], leavesTooLarge: ['All its rows are more than an e-mail may hold ({most} MB); download them from the report.', 'كل صفوفه أكثر مما تتسع له رسالة ({most} م.ب)؛ نزّلها من التقرير.'], leavesRefused: ['It cannot be written row by row, so no file has all of it; add a condition to the report.', 'لا يمكن كتابته صفًا صفًا، فلا ملف يحويه كله؛ أضف شرطًا إلى التقرير.'],
  fileTooLarge: ['{name} is more than an e-mail may hold ({most} MB in all); download it from the report.', '{name} أكبر مما تتسع له رسالة ({most} م.ب إجمالًا)؛ نزّله من التقرير.'], sealed: ['The attached files are sealed: `npm run export:verify` tells whether they were changed.', 'الملفات المرفقة مختومة: يبيّن الأمر `npm run export:verify` إن كانت قد عُدّلت.'],
  refusedReport: ['This report cannot be computed with what you may see: it has a figure or a property that is hidden from you. Ask its owner, or somebody who may see all of it.', 'لا يمكن حساب هذا التقرير بما يحق لك رؤيته: فيه رقم أو خاصية محجوبة عنك. اسأل صاحبه أو من يحق له رؤيته كله.'],
  largeReport: ['One group of this report alone has more rows than can be shown. Ask its owner for a condition, or for longer steps of time.', 'في مجموعة واحدة من هذا التقرير صفوف أكثر مما يمكن عرضه. اطلب من صاحبه إضافة شرط أو خطوات زمنية أطول.'],
  brokenReport: ['This report cannot be computed as it is saved. Open it to see which part does not fit, and ask its owner to mend it.', 'لا يمكن حساب هذا التقرير كما هو محفوظ. افتحه لترى الجزء الذي لا يصلح، واطلب من صاحبه إصلاحه.'],
  noFiles: ['Your role may not export files, so none are attached.', 'لا يسمح دورك بتصدير الملفات، لذلك لا مرفقات.'], hidden: ['You may not see this figure.', 'لا يحق لك رؤية هذا الرقم.'], failed: ['This figure could not be computed', 'تعذّر حساب هذا الرقم'],
  why: ['You receive this because {owner} set up the schedule “{name}”.', 'تصلك هذه الرسالة لأن {owner} أعدّ الجدول «{name}».'], value: ['Value', 'القيمة'], sheet: ['Contents', 'المحتويات'], tile: ['Figure', 'الرقم'], all: ['All time', 'كل الوقت'], nothing: ['None', 'بلا'], list: ['List', 'قائمة'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

const operators: Readonly<Record<string, readonly [string, string]>> = {
  equals: ['is', 'هو'], notEquals: ['is not', 'ليس'], contains: ['contains', 'يحتوي'], notContains: ['does not contain', 'لا يحتوي'], set: ['is known', 'معروف'], notSet: ['is not known', 'غير معروف'], inDateRange: ['within', 'ضمن'], gt: ['>', '>'], gte: ['≥', '≥'], lt: ['<', '<'], lte: ['≤', '≤'],
};

/** A text of a mail; `{name}` is replaced. */
export const mailText = (key: keyof typeof texts, locale: MailLocale, values: Readonly<Record<string, string | number>> = {}): string =>
  texts[key][locale === 'ar' ? 1 : 0].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** An operator of a condition in words. */
export const operatorText = (operator: string, locale: MailLocale): string => operators[operator]?.[locale === 'ar' ? 1 : 0] ?? operator;
