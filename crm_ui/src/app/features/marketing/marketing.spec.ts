import { Row } from '@core/analytics/analytics.client';
import { Reader } from '@shared/format/reader';
import { approximate } from '@shared/format/exact';
import { blendedLine, channelLines, channelName } from './channels.view';
import { checkCredits, creditLines } from './credits.view';
import { funnelPoints, funnelRates } from './funnel.view';
import { readAddress } from './marketing.address';
import { creditOf, marketingQueries, MODELS } from './marketing.questions';
import { marketingTile } from './tiles.view';

const TODAY = new Date('2026-08-22T00:00:00Z');
const reader: Reader = { tag: 'en-u-ca-gregory', arabic: false, currency: 'USD', text: (key, values) => (key === 'values.source.website' ? 'Website' : values ? `${key}(${Object.values(values).join()})` : key) };
const money = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

describe('marketing address', () => {
  it('takes what exists and leaves nonsense to the defaults', () => {
    expect(readAddress({}, TODAY, 1)).toEqual(jasmine.objectContaining({ lag: false, by: 'channel', pick: null }));
    expect(readAddress({ lag: '1', by: 'campaign', pick: 'sql' }, TODAY, 1)).toEqual(jasmine.objectContaining({ lag: true, by: 'campaign', pick: 'sql' }));
    expect(readAddress({ lag: 'yes', by: 'x', pick: 'y' }, TODAY, 1)).toEqual(readAddress({}, TODAY, 1));
    const { period, by } = readAddress({ period: 'all' }, TODAY, 1);
    expect(Object.keys(marketingQueries(period, by)).sort()).toEqual(['blended', 'channels', 'credited', 'credits', 'funnel', 'observed', 'revenue', 'unit']);
    expect(Object.keys(marketingQueries(readAddress({}, TODAY, 1).period, 'campaign')).length).toBe(11);
  });
});

describe('attribution of the page', () => {
  const row = (channel: string | null, credits: readonly number[], campaign: string | null = null): Row => ({ 'attribution.channel': channel, 'attribution.campaign': campaign, 'attribution.deal_count': '1', ...Object.fromEntries(MODELS.map((model, index) => [creditOf(model), money(credits[index] ?? 0)])) });

  it('shares out random revenue to the cent in every model, and names the model that does not', () => {
    for (let round = 0; round < 100; round += 1) {
      const lines = Array.from({ length: 1 + Math.floor(Math.random() * 9) }, () => 0);
      const revenue = Math.floor(Math.random() * 1e12);
      // Each model cuts the same revenue elsewhere.
      const columns = MODELS.map(() => { const cuts = [...lines.slice(1).map(() => Math.floor(Math.random() * revenue)), revenue].sort((one, two) => one - two); return cuts.map((cut, index) => cut - (cuts[index - 1] ?? 0)); });
      const rows = lines.map((_, line) => row(`c${line}`, columns.map((column) => column[line] ?? 0)));
      const found = checkCredits(rows, money(revenue));
      expect([found.whole, found.broken]).withContext(JSON.stringify(rows)).toEqual([true, []]);
      const short = rows.map((one, index) => (index === 0 ? { ...one, [creditOf('linear')]: money((columns[2]?.[0] ?? 0) + 1) } : one));
      expect(checkCredits(short, money(revenue)).broken).withContext('one cent more').toEqual(['linear']);
    }
    expect(checkCredits([], null)).toEqual(jasmine.objectContaining({ whole: true, revenue: 0n }));
  });

  it('writes lines with shares, and cells as the rows behind them are asked for', () => {
    const rows = [row('website', [300, 100, 200, 200, 200]), row('direct', [100, 300, 200, 200, 200], 'Spring')];
    const check = checkCredits(rows, '4.00');
    expect(approximate(check.revenue)).toBe(4);
    const lines = creditLines(rows, 'channel', check, reader);
    expect(lines.map(({ name, credits, point }) => [name, credits[0]?.percent, credits[1]?.text, point])).toEqual([['Website', '75%', '$1', { 'attribution.channel': 'website' }], ['direct', '25%', '$3', { 'attribution.channel': 'direct' }]]);
    expect(creditLines(rows, 'campaign', check, reader).map(({ name, under, point }) => [name, under, point['attribution.campaign']])).toEqual([['marketing.noCampaign', 'Website', null], ['Spring', 'direct', 'Spring']]);
  });
});

describe('costs and funnel of the page', () => {
  it('sets cost against customers by channel, as spent or a sales cycle earlier', () => {
    const channel = (name: string | null, count: number, cost: string, cac: string | null, lagged: string | null, laggedCac: string | null): Row => ({ 'acquisition.channel': name, 'acquisition.count': count, 'acquisition.cost': cost, 'acquisition.cac': cac, 'acquisition.lagged_cost': lagged, 'acquisition.lagged_cac': laggedCac });
    const rows = [channel('fair', 0, '300', null, '0', null), channel('website', 2, '90', '45', '120', '60'), channel(null, 1, '0', '0', '0', '0'), channel('gone', 0, '0', null, '50', null)];
    expect(channelLines(rows, false, reader).map(({ name, cost, cac, known }) => [name, cost, cac, known.cac])).toEqual([['Website', '$90', '$45', true], ['marketing.noChannel', '$0', '$0', true], ['fair', '$300', '–', false]]);
    expect(channelLines(rows, true, reader).map(({ channel: key, cac }) => [key, cac])).toEqual([['website', '$60'], [null, '$0'], ['gone', '–']]);
    expect(blendedLine(channel(null, 3, '390', '130', '170', '56.67'), true, reader).cac).toBe('$57');
    expect([channelName('website', reader), channelName('own', reader)]).toEqual(['Website', 'own']);
  });

  it('tells the steps with the rates between them, and the tiles with what was before', () => {
    const row: Row = { 'leads.count': '10', 'leads.mql_count': '6', 'leads.sql_count': '3', 'leads.won_count': '1', 'leads.mql_rate': 0.5, 'leads.sql_rate': 0.5, 'leads.won_rate': null };
    expect(funnelPoints(row, reader).map(({ key, value, detail }) => [key, value, detail])).toEqual([['leads', 10, undefined], ['mql', 6, 'marketing.rate(50%)'], ['sql', 3, 'marketing.rate(50%)'], ['won', 1, 'marketing.rate(–)']]);
    expect(funnelRates(row, { 'leads.mql_rate': 0.25 }, reader).map(({ value, before }) => [value, before])).toEqual([['50%', '25%'], ['50%', '–'], ['–', '–']]);
    const unit = { 'unit_economics.cac': '120', 'unit_economics.lagged_cac': '90', 'unit_economics.cac_payback': 4.25, 'unit_economics.ltv_to_cac': null };
    const tile = (key: 'cac' | 'payback' | 'ratio', lag: boolean): unknown[] => { const { member, value, change } = marketingTile(key, unit, { 'unit_economics.cac': '100' }, lag, reader); return [member, value, change?.meaning]; };
    expect([tile('cac', false), tile('cac', true), tile('payback', false), tile('ratio', false)]).toEqual([['unit_economics.cac', '$120', 'worse'], ['unit_economics.lagged_cac', '$90', undefined], ['unit_economics.cac_payback', 'marketing.inMonths(4.3)', undefined], ['unit_economics.ltv_to_cac', '–', undefined]]);
  });
});
