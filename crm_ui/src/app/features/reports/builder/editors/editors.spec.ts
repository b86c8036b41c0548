import { backend } from '@testing/setup';
import { answered, chips, drawn, field, first, menu, one, opened, press, said, type, until } from '@testing/report.setup';
import { encode } from '../../definition/definition.code';
import { EMPTY } from '../../definition/definition.model';
import { decimalOf } from './having-editor.component';

describe('the editors of the builder', () => {
  const START = { ...EMPTY, view: 'deals', rows: [{ member: 'deals.region' }], values: [{ key: 'n', measure: 'deals.won_count' }, { key: 'won', measure: 'deals.won_amount' }, { key: 'cycle', measure: 'deals.sales_cycle' }], show: { shape: 'pivot' } } as const;
  beforeEach(async () => {
    await opened(`/reports/new?d=${await encode(START)}`);
    await answered();
  });
  const load = async (): Promise<void> => {
    for (const request of await until(() => { const found = backend().match('/crm/v1/analytics/load'); return found.length > 0 ? found : null; })) request.flush({ queryType: 'regularQuery', results: [{ query: {}, data: [{ 'deals.region': 'MENA' }, { 'deals.region': 'EMEA' }], annotation: { measures: {}, dimensions: {}, segments: {}, timeDimensions: {} } }], pivotQuery: {} });
    await drawn();
  };

  it('make a condition of values found by typing, or of another field', async () => {
    await menu(first('rows'), 'filter');
    await load();
    await press('[data-test=condition-save]');
    expect(one('crm-condition-editor').textContent).toContain('Choose a value');
    await press('[data-value=MENA]');
    await type('[data-test=find-value]', 'Mars');
    await load();
    await press('[data-test=own-value]');
    await press('[data-test=condition-or]');
    const fields = document.querySelectorAll<HTMLSelectElement>('[data-test=condition-field]')[1];
    if (!fields) throw new Error('there is no alternative');
    fields.value = 'deals.probability';
    fields.dispatchEvent(new Event('change'));
    await drawn();
    await type('[data-test=condition-number]', '40');
    await press('[data-test=condition-save]');
    expect((await answered()).filters).toEqual([{ any: [{ member: 'deals.region', operator: 'equals', values: ['MENA', 'Mars'] }, { member: 'deals.probability', operator: 'equals', values: ['40'] }] }]);
    expect(chips('filters')).toEqual(['Region is MENA or Mars or Probability is 40']);
  });

  it('make a condition on a value of what was typed', async () => {
    await menu(first('values', 2), 'filter');
    await type('[data-test=having-number]', 'much');
    await press('[data-test=having-save]');
    expect(one('crm-having-editor').textContent).toContain('Enter a number');
    await type('[data-test=having-number]', '١٠٬٠٠٠');
    await press('[data-test=having-save]');
    expect((await answered()).having).toEqual([{ value: 'won', operator: 'gte', number: '10000' }]);
    expect(chips('filters')).toEqual(['Won revenue is at least 10,000']);
  });

  it('calculate a value by keys and words, and say each mistake', async () => {
    await press('[data-test=new-formula]');
    await type('[data-test=formula]', '[Won revenue] + [Sales cycle]');
    expect(one('[data-test=formula-wrong]').textContent).toContain('money and days cannot be added');
    await type('[data-test=formula]', '[Won revenue] + lost');
    expect(one('[data-test=formula-wrong]').textContent).toContain('“lost” (place 17) is no value of this report');
    await type('[data-test=formula]', '');
    await press('crm-calculation-editor [data-value=won]');
    await press('[data-key="÷"]');
    await press('crm-calculation-editor [data-value=n]');
    expect([(one('[data-test=formula]') as HTMLTextAreaElement).value, one('[data-test=formula-unit]').textContent]).toEqual(['[Won revenue] ÷ [Won deals]', 'The result is: money']);
    await press('[data-test=formula-save]');
    expect(one('crm-calculation-editor').textContent).toContain('Give it a name.');
    await type('[data-test=formula-title]', 'Mean deal');
    await type('[data-test=formula-title-ar]', 'متوسط الصفقة');
    await press('[data-test=formula-save]');
    expect((await answered()).values.at(-1)).toEqual({ key: 'mean_deal', title: 'Mean deal', title_ar: 'متوسط الصفقة', calculation: { op: '/', args: [{ value: 'won' }, { value: 'n' }] } });
    await press('[data-well=values] li:nth-child(1) [data-remove]');
    expect(chips('values')).toEqual(['Won revenue', 'Sales cycle']);
    expect(said()).toContain('Won deals: removed, and with it what was calculated from it: Mean deal');
    await answered();
  });

  it('set period, comparison, first rows, order and steps of time', async () => {
    expect((one('[data-test=compare]') as HTMLSelectElement).disabled).toBeTrue();
    await type('[data-test=period]', 'thisQuarter', 'change');
    await type('[data-test=compare]', 'year', 'change');
    await type('[data-test=top]', 'won', 'change');
    await type('[data-test=top-n]', '3');
    await press('[data-test=top-others]');
    await menu(first('values', 1), 'sort-desc');
    const definition = await answered();
    expect([definition.period, definition.compare, definition.top, definition.sort]).toEqual([{ member: 'deals.closed_at', range: 'thisQuarter' }, 'year', { value: 'won', n: 3, others: false, order: 'desc' }, { by: 'n', order: 'desc' }]);
    await type('[data-test=period]', 'custom', 'change');
    await type('[data-test=period-from]', '2026-03-31', 'change');
    await type('[data-test=period-to]', '2026-01-01', 'change');
    expect(one('crm-report-settings [role=alert]').textContent).toContain('The end must not be before the start.');
    await type('[data-test=period-to]', '2026-06-30', 'change');
    expect((await answered()).period?.range).toEqual(['2026-03-31', '2026-06-30']);
    await press('[data-target=columns]');
    expect(document.activeElement).toBe(one('[data-test=find-field]'));
    await press(field('deals.created_at'));
    await press(first('columns'));
    await press('[data-do=grain]');
    await press('[data-grain=quarter]');
    expect((await answered()).columns).toEqual([{ member: 'deals.created_at', grain: 'quarter' }]);
  });
});

describe('a number that was typed', () => {
  it('is read with digits of either kind, thousands apart and as a percentage', () => {
    expect(['1,000', '٢٫٥', '12.5 %', '٪٥', '-3', '5%', '150 %', '1e5', 'x', ''].map(decimalOf)).toEqual(['1000', '2.5', '0.125', null, '-3', '0.05', '1.5', null, null, null]);
  });
});
