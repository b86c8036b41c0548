import type { NamePair } from './names.people.js';

const pairs = (text: string): NamePair[] => text.trim().split(/\s*\|\s*/).map((pair) => {
  const [latin = '', arabic = ''] = pair.split('=');
  return [latin.trim(), arabic.trim()] as const;
});

/** First words of company names. */
export const roots: readonly NamePair[] = pairs(`
  Falcon=الصقر|Crescent=الهلال|Horizon=الأفق|Summit=القمة|Pearl=اللؤلؤة|Cedar=الأرز|Oasis=الواحة|Nile=النيل|Atlas=أطلس|Phoenix=العنقاء|Delta=دلتا|
  Zenith=السمت|Orion=أوريون|Amber=العنبر|Sapphire=الياقوت|Jasmine=الياسمين|Olive=الزيتون|Anchor=المرساة|Bridge=الجسر|Compass=البوصلة|Harbor=المرفأ|
  Lighthouse=المنارة|Meridian=خط الزوال|Northern=الشمال|Southern=الجنوب|Eastern=الشرق|Western=الغرب|Golden=الذهبية|Silver=الفضية|Emerald=الزمرد|
  Diamond=الماس|Granite=الغرانيت|Marble=الرخام|Ivory=العاج|Copper=النحاس|Iron=الحديد|Unity=الوحدة|Vision=الرؤية|Future=المستقبل|Pioneer=الرائد|
  Legacy=التراث|Heritage=الأصالة|Prime=الأولى|Global=العالمية|United=المتحدة|National=الوطنية|Royal=الملكية|Modern=الحديثة|Smart=الذكية|Rapid=السريعة|
  Trust=الثقة|Noble=النبيلة|Bright=المشرقة|Clear=الواضحة|Blue=الزرقاء|Green=الخضراء|Red Sea=البحر الأحمر|Mountain=الجبل|Desert=الصحراء|River=النهر|
  Ocean=المحيط|Island=الجزيرة|Valley=الوادي|Forest=الغابة|Sunrise=الشروق|Sunset=الغروب|Star=النجمة|Moon=القمر|Galaxy=المجرة|Comet=المذنب|Nova=نوفا|
  Vega=فيغا|Alpha=ألفا|Omega=أوميغا|Sigma=سيغما|Apex=أبيكس|Vertex=فيرتكس|Matrix=ماتريكس|Quantum=كوانتم|Fusion=فيوجن|Pulse=النبض|Spark=الشرارة|
  Wave=الموجة|Wind=الريح|Storm=العاصفة|Thunder=الرعد|Eagle=النسر|Lion=الأسد|Tiger=النمر|Gazelle=الغزال|Dolphin=الدلفين|Swan=البجعة|Raven=الغراب|
  Palm=النخيل|Lotus=اللوتس|Orchid=الأوركيد|Rose=الوردة|Tulip=التوليب|Saffron=الزعفران|Cardinal=الكاردينال|Citadel=القلعة|Fortress=الحصن|Tower=البرج|
  Gate=البوابة|Crown=التاج|Shield=الدرع|Sterling=ستيرلنغ|Monarch=مونارك|Liberty=الحرية|Evergreen=الخضرة الدائمة|Cobalt=الكوبالت|Aurora=الشفق|Solaris=سولاريس`);

/** What a company does, by industry. */
export const trades: Readonly<Record<string, readonly NamePair[]>> = {
  Software: pairs('Software=للبرمجيات|Technologies=للتقنيات|Digital=الرقمية|Systems=للأنظمة|Cloud=السحابية'),
  Finance: pairs('Capital=كابيتال|Investments=للاستثمار|Insurance=للتأمين|Finance=للتمويل|Holdings=القابضة'),
  Retail: pairs('Retail=للتجزئة|Stores=للمتاجر|Markets=للأسواق|Fashion=للأزياء|Home=للمنزل'),
  Manufacturing: pairs('Industries=للصناعات|Manufacturing=للتصنيع|Plastics=للبلاستيك|Steel=للصلب|Foods=للأغذية'),
  Healthcare: pairs('Medical=الطبية|Clinics=للعيادات|Pharma=للأدوية|Health=الصحية|Laboratories=للمختبرات'),
  Logistics: pairs('Logistics=للخدمات اللوجستية|Shipping=للشحن|Transport=للنقل|Freight=للشحن البري|Warehousing=للتخزين'),
  Education: pairs('Academy=أكاديمية|Schools=للمدارس|Education=للتعليم|Training=للتدريب|Learning=للتعلم'),
  Energy: pairs('Energy=للطاقة|Power=للكهرباء|Solar=للطاقة الشمسية|Petroleum=للبترول|Utilities=للمرافق'),
  Construction: pairs('Construction=للإنشاءات|Contracting=للمقاولات|Engineering=الهندسية|Properties=العقارية|Cement=للإسمنت'),
  Hospitality: pairs('Hotels=للفنادق|Travel=للسفر|Restaurants=للمطاعم|Tourism=للسياحة|Catering=للضيافة'),
  Telecommunications: pairs('Telecom=للاتصالات|Networks=للشبكات|Mobile=للجوال|Broadband=للنطاق العريض|Media=للإعلام'),
  'Public Sector': pairs('Services=للخدمات|Development=للتطوير|Foundation=مؤسسة|Authority=هيئة|Consulting=للاستشارات'),
};

/** All industries of the sample. */
export const industries = Object.keys(trades);

/** Legal forms by country; others use the first. */
export const legalForms: Readonly<Record<string, readonly NamePair[]>> = {
  other: [['Ltd', 'المحدودة'], ['Group', 'المجموعة']],
  US: [['Inc.', 'إنك'], ['LLC', 'ذ.م.م'], ['Corp.', 'كورب']],
  CA: [['Inc.', 'إنك'], ['Ltd.', 'المحدودة']],
  GB: [['Ltd', 'المحدودة'], ['PLC', 'ش.م.ع']],
  DE: [['GmbH', 'ش.ذ.م.م'], ['AG', 'ش.م']],
  FR: [['SAS', 'ش.م.م'], ['SA', 'ش.م']],
  SA: [['Co.', 'شركة'], ['Est.', 'مؤسسة']],
  AE: [['LLC', 'ذ.م.م'], ['FZE', 'م.م.ح']],
  EG: [['S.A.E.', 'ش.م.م'], ['Co.', 'شركة']],
};
