import type { MailLocale, ReportPart } from './delivery.types.js';

type Pair = readonly [english: string, arabic: string];

/** Values that every business knows, by the field that holds them: the words of the screens (`values` of `crm_ui/src/i18n`), to which a spec holds them. */
export const knownValues: Readonly<Record<string, Readonly<Record<string, Pair>>>> = {
  region: {
    gulf: ['Gulf', 'الخليج'], levant: ['Levant', 'بلاد الشام'], north_africa: ['North Africa', 'شمال أفريقيا'], europe: ['Europe', 'أوروبا'], north_america: ['North America', 'أمريكا الشمالية'],
    asia_pacific: ['Asia Pacific', 'آسيا والمحيط الهادئ'], latin_america: ['Latin America', 'أمريكا اللاتينية'], africa: ['Africa', 'أفريقيا'], middle_east: ['Middle East', 'الشرق الأوسط'],
    mena: ['MENA', 'الشرق الأوسط وشمال أفريقيا'], emea: ['EMEA', 'أوروبا والشرق الأوسط وأفريقيا'], gcc: ['GCC', 'دول مجلس التعاون الخليجي'], asia: ['Asia', 'آسيا'],
    apac: ['APAC', 'آسيا والمحيط الهادئ'], oceania: ['Oceania', 'أوقيانوسيا'], americas: ['Americas', 'الأمريكتان'], south_america: ['South America', 'أمريكا الجنوبية'],
    latam: ['LATAM', 'أمريكا اللاتينية'], central: ['Central', 'الوسط'], east: ['East', 'الشرق'], west: ['West', 'الغرب'], north: ['North', 'الشمال'], south: ['South', 'الجنوب'],
  },
  source: {
    direct: ['Direct', 'مباشر'], referral: ['Referral', 'توصية'], website: ['Website', 'الموقع'], web: ['Website', 'الموقع'], outbound: ['Outbound', 'تواصل مباشر'], search: ['Search', 'محركات البحث'],
    event: ['Event', 'فعالية'], partner: ['Partner', 'شريك'], webinar: ['Webinar', 'ندوة إلكترونية'], email: ['E-mail', 'البريد الإلكتروني'], social: ['Social media', 'التواصل الاجتماعي'],
    other: ['Other', 'أخرى'],
  },
  industry: {
    retail: ['Retail', 'التجزئة'], construction: ['Construction', 'الإنشاءات'], energy: ['Energy', 'الطاقة'], hospitality: ['Hospitality', 'الضيافة'],
    telecommunications: ['Telecommunications', 'الاتصالات'], software: ['Software', 'البرمجيات'], logistics: ['Logistics', 'الخدمات اللوجستية'], public_sector: ['Public sector', 'القطاع العام'],
    healthcare: ['Healthcare', 'الرعاية الصحية'], finance: ['Finance', 'المالية'], manufacturing: ['Manufacturing', 'التصنيع'], education: ['Education', 'التعليم'],
    real_estate: ['Real estate', 'العقارات'], technology: ['Technology', 'التقنية'], marketing: ['Marketing', 'التسويق'], entertainment: ['Entertainment', 'الترفيه'],
    employment: ['Employment', 'التوظيف'], medical: ['Medical', 'الخدمات الطبية'], services: ['Services', 'الخدمات'], agriculture: ['Agriculture', 'الزراعة'], other: ['Other', 'أخرى'],
  },
  lost_reason: {
    price: ['Price', 'السعر'], timing: ['Timing', 'التوقيت'], no_response: ['No response', 'عدم الرد'], no_decision: ['No decision', 'عدم اتخاذ قرار'], budget_cut: ['Budget cut', 'خفض الميزانية'],
    competitor: ['Competitor', 'اختيار منافس'], missing_feature: ['Missing feature', 'نقص ميزة مطلوبة'], other: ['Other', 'سبب آخر'],
  },
};

/** The fields, and dimensions, that hold such values under another name. */
const sameAs: Readonly<Record<string, string>> = { lead_source: 'source', channel: 'source' };

/** A value of a field or of a member (`deals.region`) as it is read; one of the business's own stays as it was written. */
export function valueText(member: string, value: string, locale: MailLocale): string {
  const field = member.slice(member.lastIndexOf('.') + 1);
  const known = knownValues[sameAs[field] ?? field];
  const key = value.trim().toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return (known && Object.hasOwn(known, key) ? known[key]?.[locale === 'ar' ? 1 : 0] : undefined) ?? value;
}

/** A part as people read it. Files keep the values that the books have, so that their rows can be matched with others. */
export const partInWords = (part: ReportPart, locale: MailLocale): ReportPart => ({
  ...part, rows: part.rows.map((row) => row.map((value, index) => (value === null ? null : valueText(part.columns[index]?.kind === 'text' ? part.columns[index].member : '', value, locale)))),
});
