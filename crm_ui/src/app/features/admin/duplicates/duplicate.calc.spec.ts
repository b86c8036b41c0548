import { choicesOf, likelySurvivor, movedCount, namesOf, Row, rowsOf, shownFields, usualSide } from './duplicate.calc';
import { FieldGroup, PairRecord } from './duplicate.model';

const GROUPS: readonly FieldGroup[] = [
  { fields: ['full_name', 'first_name'], read_only: false }, { fields: ['email', 'email_opt_in'], read_only: false }, { fields: ['city'], read_only: false }, { fields: ['mobile', 'sms_opt_in'], read_only: false },
  { fields: ['department'], read_only: false }, { fields: ['is_test'], read_only: true },
];
const left: PairRecord = { id: 'l', full_name: 'Sara', first_name: null, email: 's@x', email_opt_in: false, city: 'Dubai', mobile: null, sms_opt_in: false, department: null, is_test: false, created_at: '2026-01-02' };
const right: PairRecord = { id: 'r', full_name: 'Sarah', first_name: 'Sarah', email: 's@x', email_opt_in: true, city: 'Dubai', mobile: '+9715', sms_opt_in: true, department: '', is_test: false, created_at: '2026-01-01' };
const rows = rowsOf(GROUPS, left, right);
const row = (key: string): Row => rows.find((one) => one.key === key) as Row;

describe('two records side by side', () => {
  it('show what differs first, and nothing that neither of them has', () => {
    expect(rows.map(({ key, equal }) => [key, equal])).toEqual([['full_name', false], ['email', false], ['mobile', false], ['city', true]]);
    expect([shownFields(row('email'), left, right), shownFields(row('full_name'), left, right)]).toEqual([['email', 'email_opt_in'], ['full_name', 'first_name']]);
  });

  it('keep the values of who stays, but for gaps, as the API does', () => {
    expect(rows.map((one) => usualSide(one, 'contacts', 'left', left, right))).toEqual(['left', 'left', 'right', 'left']);
    expect(usualSide({ ...row('mobile'), read_only: true }, 'contacts', 'left', left, right)).toBe('left');
    const stage: Row = { key: 'lifecycle', fields: ['lifecycle'], read_only: false, equal: false };
    const [prospect, customer] = [{ id: 'a', lifecycle: 'prospect' }, { id: 'b', lifecycle: 'former' }];
    expect([usualSide(stage, 'accounts', 'left', prospect, customer), usualSide(stage, 'accounts', 'right', prospect, customer)]).withContext('a customer stays one').toEqual(['right', 'right']);
    const status: Row = { key: 'status', fields: ['status', 'mql_at'], read_only: false, equal: false };
    expect(usualSide(status, 'leads', 'left', { id: 'a', status: 'new' }, { id: 'b', status: 'mql' })).toBe('right');
  });

  it('propose the fuller one, then the older one', () => {
    expect(likelySurvivor(rows, left, right)).toBe('right');
    expect([likelySurvivor([], left, right), likelySurvivor([], right, left)]).toEqual(['right', 'left']);
  });

  it('ask the API for exactly what is shown, all fields of a group together', () => {
    const sides = new Map([['full_name', 'right'], ['email', 'left'], ['mobile', 'right']] as const);
    expect(choicesOf(rows, 'left', sides)).toEqual({ full_name: 'loser', first_name: 'loser', email: 'survivor', email_opt_in: 'survivor', mobile: 'loser', sms_opt_in: 'loser' });
    expect(choicesOf(rows, 'right', new Map())).toEqual({ full_name: 'survivor', first_name: 'survivor', email: 'survivor', email_opt_in: 'survivor', mobile: 'survivor', sms_opt_in: 'survivor' });
  });

  it('have names, and count what they brought', () => {
    expect([namesOf(left), namesOf({ id: 'a', legal_name: 'X', legal_name_ar: 'س' }).name_ar, movedCount({ crm_deals: 2, crm_activities: 3 })]).toEqual([{ name: 'Sara', name_ar: null }, 'س', 5]);
  });
});
