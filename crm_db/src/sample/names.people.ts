/** A name in Latin and in Arabic letters. */
export type NamePair = readonly [latin: string, arabic: string];

/** Names of one culture. */
export interface NameSet {
  readonly first: readonly NamePair[];
  readonly last: readonly NamePair[];
}

const pairs = (text: string): NamePair[] => text.trim().split(/\s*\|\s*/).map((pair) => {
  const [latin = '', arabic = ''] = pair.split('=');
  return [latin.trim(), arabic.trim()] as const;
});

const arab: NameSet = {
  first: pairs(`Ahmad=أحمد|Mohammed=محمد|Omar=عمر|Ali=علي|Hassan=حسن|Hussein=حسين|Khaled=خالد|Yousef=يوسف|Ibrahim=إبراهيم|Mahmoud=محمود|Tariq=طارق|Sami=سامي|
    Karim=كريم|Nabil=نبيل|Rami=رامي|Ziad=زياد|Majed=ماجد|Fahad=فهد|Salman=سلمان|Abdullah=عبد الله|Faisal=فيصل|Bandar=بندر|Hamad=حمد|Rashid=راشد|Saif=سيف|
    Walid=وليد|Bassam=بسام|Jamal=جمال|Adel=عادل|Mustafa=مصطفى|Fatima=فاطمة|Aisha=عائشة|Maryam=مريم|Layla=ليلى|Noor=نور|Huda=هدى|Salma=سلمى|Rania=رانيا|
    Dina=دينا|Hala=هالة|Reem=ريم|Lina=لينا|Sara=سارة|Yasmin=ياسمين|Amira=أميرة|Nadia=نادية|Samar=سمر|Ghada=غادة|Abeer=عبير|Manal=منال|Shaima=شيماء|
    Nour=نور الهدى|Jana=جنى|Malak=ملك|Rawan=روان|Dalia=داليا|Heba=هبة|Mona=منى|Suad=سعاد|Wafa=وفاء`),
  last: pairs(`Al-Harbi=الحربي|Al-Otaibi=العتيبي|Al-Ghamdi=الغامدي|Al-Qahtani=القحطاني|Al-Shehri=الشهري|Al-Zahrani=الزهراني|Al-Mansouri=المنصوري|
    Al-Nuaimi=النعيمي|Al-Kaabi=الكعبي|Al-Suwaidi=السويدي|Al-Thani=آل ثاني|Al-Sabah=الصباح|Al-Mutairi=المطيري|Al-Dosari=الدوسري|Al-Balushi=البلوشي|
    Haddad=حداد|Khoury=خوري|Nassar=نصار|Khalil=خليل|Mansour=منصور|Saleh=صالح|Hamdan=حمدان|Odeh=عودة|Zaidan=زيدان|Barakat=بركات|Darwish=درويش|
    Qasim=قاسم|Tamimi=التميمي|Masri=المصري|Shami=الشامي|Halabi=الحلبي|Najjar=نجار|Sabbagh=صباغ|Attar=عطار|Hakim=حكيم|Rahman=عبد الرحمن|Farouk=فاروق|
    Gamal=جمال|Fathy=فتحي|Shawky=شوقي|El-Sayed=السيد|Abdelaziz=عبد العزيز|Ramadan=رمضان|Mahfouz=محفوظ|Naguib=نجيب|Soliman=سليمان|Benali=بن علي|
    Bouazizi=بوعزيزي|Tazi=التازي|Alaoui=العلوي|Bennani=بناني|Chraibi=الشرايبي|Trabelsi=الطرابلسي|Mebarki=مباركي|Ziani=الزياني|Idrissi=الإدريسي`),
};

const western: NameSet = {
  first: pairs(`James=جيمس|Olivia=أوليفيا|William=ويليام|Emma=إيما|Benjamin=بنجامين|Charlotte=شارلوت|Lucas=لوكاس|Amelia=أميليا|Henry=هنري|Sophie=صوفي|
    Alexander=ألكسندر|Grace=غريس|Daniel=دانيال|Hannah=هانا|Matthew=ماثيو|Julia=جوليا|David=ديفيد|Laura=لورا|Thomas=توماس|Anna=آنا|Michael=مايكل|
    Clara=كلارا|Robert=روبرت|Nina=نينا|Andrew=أندرو|Eva=إيفا|Simon=سايمون|Helen=هيلين|Peter=بيتر|Alice=أليس|Martin=مارتن|Marie=ماري|Paul=بول|
    Lucia=لوسيا|Oscar=أوسكار|Ingrid=إنغريد|Felix=فيليكس|Camille=كاميل|Hugo=هوغو|Elena=إيلينا|Victor=فيكتور|Monica=مونيكا|George=جورج|Diana=ديانا|
    Philip=فيليب|Rachel=رايتشل|Samuel=صامويل|Megan=ميغان|Jack=جاك|Caroline=كارولين`),
  last: pairs(`Smith=سميث|Johnson=جونسون|Brown=براون|Miller=ميلر|Davis=ديفيس|Wilson=ويلسون|Anderson=أندرسون|Taylor=تايلور|Moore=مور|Martin=مارتن|
    Clark=كلارك|Lewis=لويس|Walker=ووكر|Young=يونغ|King=كينغ|Wright=رايت|Hill=هيل|Green=غرين|Baker=بيكر|Carter=كارتر|Mitchell=ميتشل|Turner=تيرنر|
    Parker=باركر|Collins=كولينز|Morgan=مورغان|Bennett=بينيت|Hughes=هيوز|Foster=فوستر|Russell=راسل|Hayes=هايز|Müller=مولر|Schmidt=شميت|Weber=فيبر|
    Fischer=فيشر|Becker=بيكر|Dubois=دوبوا|Laurent=لوران|Moreau=مورو|Garnier=غارنييه|Rossi=روسي|Bianchi=بيانكي|Romano=رومانو|García=غارسيا|
    Fernández=فرنانديز|Navarro=نافارو|Jansen=يانسن|de Vries=دي فريس|Lindberg=ليندبرغ|Nilsson=نيلسون|Kowalski=كوفالسكي`),
};

const asian: NameSet = {
  first: pairs(`Wei=وي|Mei=مي|Jun=جون|Ling=لينغ|Hiroshi=هيروشي|Yuki=يوكي|Kenji=كينجي|Sakura=ساكورا|Arjun=أرجون|Priya=بريا|Rahul=راهول|Ananya=أنانيا|
    Vikram=فيكرام|Kavita=كافيتا|Sanjay=سانجاي|Deepa=ديبا|Minh=مينه|Linh=لينه|Siti=سيتي|Budi=بودي|Putri=بوتري|Haruto=هاروتو|Aiko=آيكو|Rohan=روهان|
    Neha=نيها|Hui=هوي|Xin=شين|Daniel=دانيال|Grace=غريس|Jasmine=جاسمين`),
  last: pairs(`Tan=تان|Lim=ليم|Lee=لي|Wong=وونغ|Chen=تشن|Ng=إنغ|Goh=غوه|Tanaka=تاناكا|Suzuki=سوزوكي|Yamamoto=ياماموتو|Watanabe=واتانابي|Sato=ساتو|
    Kobayashi=كوباياشي|Sharma=شارما|Patel=باتيل|Gupta=غوبتا|Iyer=آير|Reddy=ريدي|Mehta=ميهتا|Singh=سينغ|Nguyen=نغوين|Pham=فام|Santoso=سانتوسو|
    Wijaya=ويجايا|Rahman=رحمن|Kim=كيم|Park=بارك|Huang=هوانغ|Liu=ليو|Zhang=تشانغ`),
};

/** Names by culture. */
export const people = { arab, western, asian } as const;

/** A culture of names. */
export type Culture = keyof typeof people;

/** Departments with the titles found there. */
export const departments: readonly (readonly [string, readonly string[]])[] = [
  ['Operations', ['Chief Operating Officer', 'Operations Manager', 'Operations Analyst', 'Plant Manager']],
  ['Information Technology', ['Chief Information Officer', 'IT Manager', 'Systems Administrator', 'Enterprise Architect']],
  ['Finance', ['Chief Financial Officer', 'Finance Manager', 'Controller', 'Accountant']],
  ['Sales', ['Head of Sales', 'Sales Director', 'Regional Sales Manager', 'Sales Operations Lead']],
  ['Marketing', ['Chief Marketing Officer', 'Marketing Manager', 'Brand Manager', 'Digital Marketing Lead']],
  ['Procurement', ['Head of Procurement', 'Procurement Manager', 'Buyer', 'Vendor Manager']],
  ['Customer Service', ['Head of Customer Service', 'Service Manager', 'Contact Centre Lead', 'Support Specialist']],
  ['Human Resources', ['HR Director', 'HR Manager', 'Talent Partner', 'Learning Manager']],
  ['Executive', ['Chief Executive Officer', 'General Manager', 'Managing Director', 'Chief of Staff']],
];
