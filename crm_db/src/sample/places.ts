import type { OfficeHours } from './calendar.js';
import type { NamePair } from './names.people.js';

/** A country in which the sample's business sells. */
export interface Country {
  readonly code: string;
  readonly currency: string;
  /** Dialling code and the patterns of a landline and a mobile number after it; `#` is any digit. */
  readonly phone: readonly [code: string, landline: string, mobile: string];
  /** Value added tax in 1/10,000. */
  readonly tax: number;
  readonly cities: readonly string[];
}

/** A sales region. */
export interface Region {
  readonly name: string;
  readonly nameAr: string;
  /** Share of the business. */
  readonly weight: number;
  readonly arabic: boolean;
  readonly culture: 'arab' | 'western' | 'asian';
  readonly hours: OfficeHours;
  readonly timeZone: string;
  readonly countries: readonly Country[];
}

const country = (code: string, currency: string, phone: Country['phone'], tax: number, cities: string): Country => ({ code, currency, phone, tax, cities: cities.split(', ') });

const westernWeek = [6, 0];
const gulfWeek = [5, 6];

/** Where the business sells. */
export const regions: readonly Region[] = [
  {
    name: 'North America', nameAr: 'أمريكا الشمالية', weight: 0.25, arabic: false, culture: 'western', hours: { offset: -5, weekend: westernWeek }, timeZone: 'America/New_York',
    countries: [
      country('US', 'USD', ['1', '212555####', '646555####'], 0, 'New York, Chicago, Austin, Denver, Seattle, Boston, Atlanta'),
      country('CA', 'USD', ['1', '416555####', '647555####'], 500, 'Toronto, Vancouver, Montreal'),
    ],
  },
  {
    name: 'Europe', nameAr: 'أوروبا', weight: 0.22, arabic: false, culture: 'western', hours: { offset: 1, weekend: westernWeek }, timeZone: 'Europe/Berlin',
    countries: [
      country('DE', 'EUR', ['49', '30########', '151########'], 1900, 'Berlin, Hamburg, Munich, Cologne'),
      country('FR', 'EUR', ['33', '1########', '6########'], 2000, 'Paris, Lyon, Lille'),
      country('GB', 'GBP', ['44', '20########', '7#########'], 2000, 'London, Manchester, Bristol, Leeds'),
      country('NL', 'EUR', ['31', '20#######', '6########'], 2100, 'Amsterdam, Utrecht'),
      country('ES', 'EUR', ['34', '91#######', '6########'], 2100, 'Madrid, Valencia'),
    ],
  },
  {
    name: 'Gulf', nameAr: 'الخليج', weight: 0.22, arabic: true, culture: 'arab', hours: { offset: 3, weekend: gulfWeek }, timeZone: 'Asia/Riyadh',
    countries: [
      country('SA', 'SAR', ['966', '11#######', '5########'], 1500, 'Riyadh, Jeddah, Dammam, Mecca'),
      country('AE', 'AED', ['971', '4#######', '5########'], 500, 'Dubai, Abu Dhabi, Sharjah'),
      country('QA', 'USD', ['974', '44######', '55######'], 0, 'Doha'),
      country('KW', 'USD', ['965', '22######', '99######'], 0, 'Kuwait City'),
    ],
  },
  {
    name: 'Levant', nameAr: 'بلاد الشام', weight: 0.09, arabic: true, culture: 'arab', hours: { offset: 2, weekend: gulfWeek }, timeZone: 'Asia/Amman',
    countries: [
      country('JO', 'USD', ['962', '6#######', '79#######'], 1600, 'Amman, Irbid, Aqaba'),
      country('LB', 'USD', ['961', '1######', '3######'], 1100, 'Beirut, Tripoli'),
    ],
  },
  {
    name: 'North Africa', nameAr: 'شمال أفريقيا', weight: 0.11, arabic: true, culture: 'arab', hours: { offset: 2, weekend: gulfWeek }, timeZone: 'Africa/Cairo',
    countries: [
      country('EG', 'EGP', ['20', '2########', '10########'], 1400, 'Cairo, Alexandria, Giza'),
      country('MA', 'EUR', ['212', '522######', '6########'], 2000, 'Casablanca, Rabat, Tangier'),
      country('TN', 'EUR', ['216', '71######', '2#######'], 1900, 'Tunis, Sfax'),
    ],
  },
  {
    name: 'Asia Pacific', nameAr: 'آسيا والمحيط الهادئ', weight: 0.11, arabic: false, culture: 'asian', hours: { offset: 8, weekend: westernWeek }, timeZone: 'Asia/Singapore',
    countries: [
      country('SG', 'USD', ['65', '6#######', '9#######'], 900, 'Singapore'),
      country('IN', 'USD', ['91', '22########', '98########'], 1800, 'Mumbai, Bengaluru, Pune'),
      country('JP', 'USD', ['81', '3########', '90########'], 1000, 'Tokyo, Osaka'),
      country('AU', 'USD', ['61', '2########', '4########'], 1000, 'Sydney, Melbourne'),
    ],
  },
];

/** Units of a currency for one US dollar in the price books; list prices are set once, not by the rate of the day. */
export const listFactor: Readonly<Record<string, number>> = { USD: 1, EUR: 0.92, GBP: 0.79, SAR: 3.75, AED: 3.67, EGP: 45 };

/** Names of the channels through which business comes, with their Arabic names. */
export const channels: Readonly<Record<string, NamePair>> = {
  website: ['Website', 'الموقع'], search: ['Search', 'البحث المدفوع'], social: ['Social', 'التواصل الاجتماعي'], email: ['Email', 'البريد'],
  event: ['Event', 'فعالية'], webinar: ['Webinar', 'ندوة عبر الإنترنت'], partner: ['Partner', 'شريك'], referral: ['Referral', 'إحالة'], outbound: ['Outbound', 'تواصل مباشر'],
};
