import { holds, mirrorType } from './type.map.js';

describe('mirrorType', () => {
  const cases: Record<string, string> = {
    uuid: 'UUID', text: 'String', citext: 'String', 'character varying(255)': 'String', smallint: 'Int16', integer: 'Int32', bigint: 'Int64', 'double precision': 'Float64', real: 'Float32',
    boolean: 'Bool', date: 'Date32', 'timestamp with time zone': "DateTime64(6, 'UTC')", 'timestamp(3) without time zone': "DateTime64(6, 'UTC')", 'numeric(18,2)': 'Decimal(18, 2)',
    'numeric(3,5)': 'Decimal(5, 5)', 'numeric(3,-2)': 'Decimal(5, 0)', numeric: 'String', 'numeric(100,2)': 'String', jsonb: 'String', 'text[]': 'String', interval: 'String', 'crm_core.mood': 'String',
  };
  for (const [pgType, type] of Object.entries(cases)) it(`keeps ${pgType} as ${type}`, () => expect(mirrorType(pgType).type).toBe(type));

  it('knows the element of an array', () => {
    expect(mirrorType('uuid[]').element).toBe('uuid');
    expect(mirrorType('text').element).toBeUndefined();
  });
});

describe('holds', () => {
  it('says which type has room for another', () => {
    const yes: [string, string][] = [['Int64', 'Int32'], ['Int32', 'Int32'], ['String', 'UUID'], ['Decimal(20, 4)', 'Decimal(18, 2)'], ['Float64', 'Int32']];
    const no: [string, string][] = [['Int16', 'Int32'], ['Decimal(18, 4)', 'Decimal(18, 2)'], ['Decimal(18, 2)', 'Decimal(18, 4)'], ['Int32', 'UUID'], ['Float64', 'Int64']];
    for (const [to, from] of yes) expect(holds(to, from)).withContext(`${to} ${from}`).toBeTrue();
    for (const [to, from] of no) expect(holds(to, from)).withContext(`${to} ${from}`).toBeFalse();
  });
});
