import { contains, groupsOf, isAddress, lsnOf, partsOf, resourceOf, stateOf, successRate, withEvent } from './webhook.calc';

const [DEALS, ACTIVITIES] = groupsOf(['*', 'deal.*', 'activity.*', 'deal.created', 'deal.won', 'deal.lost', 'activity.created']);

describe('a webhook', () => {
  it('is on, failing, paused by a person or stopped by the product', () => {
    const one = { is_enabled: true, disabled_reason: null, failing_since: null };
    expect([stateOf(one), stateOf({ ...one, failing_since: 'x' })]).toEqual(['on', 'failing']);
    expect((['switched_off', 'failing', 'gone', 'owner_inactive'] as const).map((reason) => stateOf({ ...one, is_enabled: false, disabled_reason: reason }))).toEqual(['paused', 'stopped', 'stopped', 'stopped']);
  });

  it('has no rate before its first attempt', () => {
    expect([successRate({ attempts: 0, taken: 0 }), successRate({ attempts: 8, taken: 6 })]).toEqual([null, 0.75]);
  });

  it('goes to whole addresses and replays from digits', () => {
    expect(['https://a.example/x', ' http://127.0.0.1:9/ ', 'a.example', 'ftp://a.example', 'javascript:alert(1)', ''].map(isAddress)).toEqual([true, true, false, false, false, false]);
    expect([lsnOf(' 26843552 '), lsnOf('0/1999F20'), lsnOf('12345678901234567890')]).toEqual(['26843552', null, null]);
  });
});

describe('events', () => {
  it('are about kinds of records', () => {
    expect([DEALS?.types, ACTIVITIES?.resource]).toEqual([['deal.created', 'deal.won', 'deal.lost'], 'activities']);
    expect([partsOf('deal.won'), partsOf('ping'), partsOf('*'), resourceOf('activity'), resourceOf('invoice')]).toEqual([{ resource: 'deals', verb: 'won' }, null, null, 'activities', 'invoices']);
  });

  it('are chosen one by one or whole, and whole again when nothing is left out', () => {
    if (!DEALS || !ACTIVITIES) throw new Error('no groups');
    expect(withEvent([], DEALS, 'deal.won', true)).toEqual(['deal.won']);
    expect(withEvent(['deal.won', 'activity.created'], DEALS, 'deal.*', true)).toEqual(['activity.created', 'deal.*']);
    expect(withEvent(['deal.*'], DEALS, 'deal.won', false)).withContext('all but one').toEqual(['deal.created', 'deal.lost']);
    expect(withEvent(['deal.created', 'deal.lost'], DEALS, 'deal.won', true)).toEqual(['deal.*']);
    expect(withEvent(['deal.*', 'activity.*'], DEALS, 'deal.*', false)).toEqual(['activity.*']);
    expect([contains(['deal.*'], 'deal.won'), contains(['deal.won'], 'deal.lost')]).toEqual([true, false]);
  });
});
