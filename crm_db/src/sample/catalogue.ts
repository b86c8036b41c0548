import { dateText, day } from './calendar.js';
import { listFactor, regions } from './places.js';
import { money } from './rows.js';
import { stamp, type World } from './world.js';

/** Something that is sold. */
export interface Product {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly nameAr: string;
  readonly family: string;
  readonly kind: 'one_off' | 'recurring' | 'usage' | 'service' | 'bundle';
  /** US cents per unit (per month where recurring). */
  readonly price: number;
  /** 0 entry … 2 top. */
  readonly plan: number;
}

/** Products and what a unit costs where. */
export interface Catalogue {
  readonly products: ReadonlyMap<string, Product>;
  readonly priceBooks: ReadonlyMap<string, string>;
  /** List price in cents of the currency; falls with the quantity where the price book has tiers. */
  price(product: Product, currency: string, quantity: number): number;
}

type Line = readonly [code: string, name: string, nameAr: string, family: string, kind: Product['kind'], unit: string, price: number, cost: number, plan: number];

const lines: readonly Line[] = [
  ['CORE', 'Core Platform', 'المنصة الأساسية', 'Platform', 'recurring', 'seat per month', 2900, 600, 0],
  ['PRO', 'Professional Platform', 'المنصة الاحترافية', 'Platform', 'recurring', 'seat per month', 5900, 1100, 1],
  ['ENT', 'Enterprise Platform', 'منصة المؤسسات', 'Platform', 'recurring', 'seat per month', 8900, 1700, 2],
  ['INSIGHT', 'Insight Analytics', 'تحليلات إنسايت', 'Analytics', 'recurring', 'seat per month', 4800, 900, 1],
  ['DESK', 'Service Desk', 'مكتب الخدمة', 'Service', 'recurring', 'seat per month', 3400, 800, 0],
  ['FIELD', 'Field Service Mobile', 'تطبيق الخدمة الميدانية', 'Service', 'recurring', 'seat per month', 2200, 500, 0],
  ['SUITE', 'Growth Suite', 'باقة النمو', 'Suite', 'bundle', 'seat per month', 9900, 2100, 2],
  ['API', 'API Calls', 'استدعاءات واجهة البرمجة', 'Usage', 'usage', 'thousand calls', 45, 9, 0],
  ['STORE', 'Document Storage', 'تخزين المستندات', 'Usage', 'usage', 'gigabyte', 12, 3, 0],
  ['GATEWAY', 'Retail Gateway', 'بوابة التجزئة', 'Devices', 'one_off', 'each', 64000, 39000, 0],
  ['SCANNER', 'Handheld Scanner', 'ماسح يدوي', 'Devices', 'one_off', 'each', 31000, 19000, 0],
  ['KIOSK', 'Self-Service Kiosk', 'كشك الخدمة الذاتية', 'Devices', 'one_off', 'each', 245000, 151000, 0],
  ['IMPL', 'Implementation', 'التنفيذ', 'Services', 'service', 'day', 115000, 62000, 0],
  ['TRAIN', 'Training', 'التدريب', 'Services', 'service', 'day', 78000, 41000, 0],
  ['MIGRATE', 'Data Migration', 'ترحيل البيانات', 'Services', 'service', 'day', 98000, 54000, 0],
];

/** Share of the list price from a quantity on, for what is sold by seat. */
const seatTiers = [[1, 1], [50, 0.92], [250, 0.84], [1000, 0.76]] as const;

const listPrice = (price: number, currency: string): number => Math.max(1, Math.round(price * (listFactor[currency] ?? 1)));
const tierPrice = (price: number, share: number): number => Math.round(price * share);

/** Makes products, the bundle, tax rates, and a price book for each currency. */
export function makeCatalogue(world: World): Catalogue {
  const random = world.random.fork('catalogue');
  const made = (world.start - 110) * day;
  const products = new Map<string, Product>();
  for (const [code, name, nameAr, family, kind, unit, price, cost, plan] of lines) {
    const row = stamp(random, made);
    products.set(code, { id: row.id, code, name, nameAr, family, kind, price, plan });
    world.sink.add('crm_products', {
      ...row, code, name, name_ar: nameAr, family, kind, unit, list_price: money(price), unit_cost: money(cost), currency: 'USD', description: null,
    });
  }
  for (const code of ['PRO', 'INSIGHT', 'DESK']) {
    world.sink.add('crm_product_bundles', { ...stamp(random, made), bundle_id: products.get('SUITE')?.id ?? null, product_id: products.get(code)?.id ?? null, quantity: 1 });
  }
  for (const { code, tax } of regions.flatMap((region) => region.countries)) {
    world.sink.add('crm_tax_rates', { ...stamp(random, made), name: `VAT ${code}`, country_code: code, rate: (tax / 10_000).toFixed(4), valid_from: dateText(world.start - 400) });
  }
  const priceBooks = new Map<string, string>();
  for (const currency of Object.keys(listFactor)) {
    const book = stamp(random, made);
    priceBooks.set(currency, book.id);
    world.sink.add('crm_price_books', { ...book, name: `Standard ${currency}`, currency, region: null, is_default: true, valid_from: dateText(world.start - 400) });
    for (const product of products.values()) {
      const list = listPrice(product.price, currency);
      const bySeat = product.kind === 'recurring' || product.kind === 'bundle';
      const entry = stamp(random, made);
      world.sink.add('crm_price_book_entries', {
        ...entry, price_book_id: book.id, product_id: product.id, model: product.kind === 'usage' ? 'usage' : bySeat ? 'volume' : 'fixed', unit_price: money(list),
        billing_period: bySeat || product.kind === 'usage' ? 'month' : null,
      });
      const steps = product.kind === 'usage' ? [[0, 1], [1000, 0.7]] as const : bySeat ? seatTiers : [];
      steps.forEach(([from, share], index) => world.sink.add('crm_price_tiers', {
        ...stamp(random, made), entry_id: entry.id, from_quantity: from, to_quantity: steps[index + 1]?.[0] ?? null, unit_price: money(tierPrice(list, share)),
      }));
    }
  }
  return {
    products,
    priceBooks,
    price(product, currency, quantity) {
      const list = listPrice(product.price, currency);
      if (product.kind !== 'recurring' && product.kind !== 'bundle') return list;
      let share = 1;
      for (const [from, part] of seatTiers) if (quantity >= from) share = part;
      return tierPrice(list, share);
    },
  };
}
