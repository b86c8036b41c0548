import { MemberMeaning } from '@core/analytics/analytics.client';
import { ChartTile, DashboardChange, KpiTile } from './dashboard.model';
import { Meanings, Reader } from './measure.write';
import { changeText, movedText } from './version.words';

const reader: Reader = { tag: 'en-u-ca-gregory', arabic: false, currency: 'USD', text: (key, values) => (values ? `${key}(${Object.values(values).join('|')})` : key) };
const meaning = (title: string, version: number): MemberMeaning => ({ title, titleAr: `${title} ع`, description: '', descriptionAr: '', formula: '', formulaAr: '', kind: 'measure', type: 'number', unit: 'money', view: { name: 'deals', title: 'Deals', titleAr: 'الصفقات' }, version });
const meanings: Meanings = new Map([['deals.won_amount', meaning('Won revenue', 2)], ['deals.count', meaning('Deals', 1)]]);
const tile: KpiTile = { kind: 'kpi', id: 'a', measure: 'deals.won_amount', x: 0, y: 0, w: 3, h: 2 };
const chart: ChartTile = { kind: 'chart', id: 'c', chart: 'bar', measures: ['deals.count', 'deals.won_amount'], x: 0, y: 2, w: 6, h: 4 };
const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, '');
const told = (change: Partial<DashboardChange>): string => plain(changeText({ what: 'tile', action: 'changed', from: null, to: null, ...change }, { meanings, reader }));

describe('versions of a dashboard', () => {
  it('tell what each changed, by the titles of the tiles', () => {
    expect(told({ action: 'added', to: tile })).toBe('home.versions.added(Won revenue)');
    expect(told({ action: 'removed', from: { ...tile, title: 'Ours' } })).toBe('home.versions.removed(Ours)');
    expect(told({ action: 'moved', from: tile, to: { ...tile, x: 3 } })).toBe('home.versions.moved(Won revenue)');
    expect(told({ what: 'period', from: null, to: 'thisYear' })).toBe('home.versions.period(home.versions.ownPeriod|home.periods.thisYear)');
    expect(told({ what: 'filters', from: [], to: [{}] })).toBe('home.versions.filters');
    expect(told({ what: 'pin', measure: 'deals.won_amount', from: 1, to: 2 })).toBe('home.versions.pin(Won revenue|1|2)');
  });

  it('warn of numbers that count otherwise than when it was saved, each once', () => {
    expect(plain(movedText({ 'deals.won_amount': 1, 'deals.count': 1 }, [tile, chart], meanings, reader))).toBe('home.versions.countedText(home.versions.counted(Won revenue|1|2))');
    expect(movedText({ 'deals.count': 1 }, [tile, chart], meanings, reader)).withContext('what was never noted is not compared').toBe('');
  });
});
