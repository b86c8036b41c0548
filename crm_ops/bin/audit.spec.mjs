import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { auditLines, judge, readExceptions } from './lib/audit.mjs';

const advisory = (name, severity, id) => ({ [name]: { severity, via: [{ source: 1, name, url: `https://github.com/advisories/${id}`, severity, title: 'Bad' }] } });
const report = (...parts) => JSON.stringify({ auditReportVersion: 2, vulnerabilities: Object.assign({}, ...parts) });
const exception = { advisory: 'GHSA-aaaa-bbbb-cccc', package: 'left', reason: 'The function concerned is never called here.', expires: '2026-12-31' };

describe('the audit of packages', () => {
  it('fails on what is high or critical, and on nothing less', () => {
    const verdict = judge(report(advisory('left', 'high', 'GHSA-aaaa-bbbb-cccc'), advisory('right', 'moderate', 'GHSA-dddd-eeee-ffff'), { user: { severity: 'high', via: ['left'] } }), [], '2026-01-01');
    expect(verdict.open).toEqual([{ advisory: 'GHSA-aaaa-bbbb-cccc', package: 'left', severity: 'high', title: 'Bad' }]);
    expect(auditLines(verdict)[0]).toMatch(/^FAILED: left high GHSA-aaaa-bbbb-cccc/);
    expect(judge(report(), [], '2026-01-01')).toEqual({ open: [], excepted: [], over: [], unused: [] });
  });

  it('lets a reviewed exception pass until its day, for its package only', () => {
    const text = report(advisory('left', 'critical', 'GHSA-aaaa-bbbb-cccc'));
    expect(judge(text, [exception], '2026-12-31').open).toEqual([]);
    const late = judge(text, [exception], '2027-01-01');
    expect([late.open.length, late.over.length]).toEqual([1, 1]);
    expect(judge(text, [{ ...exception, package: 'right' }], '2026-01-01').open.length).toBe(1);
    expect(judge(report(), [exception], '2026-01-01').unused).toEqual([exception]);
  });

  it('is skipped with the reason where the registry cannot be asked', () => {
    for (const [text, reason] of [
      ['{"message":"405 Method Not Allowed - POST https://registry/bulk","statusCode":405,"error":{"summary":"","detail":""}}', /405/], ['{"error":{"code":"ENOTFOUND","summary":"request failed"}}', /request failed/], ['', /no JSON/], ['<html>', /no JSON/], ['null', /without a report/],
    ]) expect(judge(text, [], '2026-01-01').unavailable).withContext(text).toMatch(reason);
  });

  it('takes only exceptions that say what, why and until when', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'crm_audit_'));
    const file = path.join(folder, 'list.json');
    const read = (list) => () => {
      fs.writeFileSync(file, JSON.stringify(list));
      return readExceptions(file);
    };
    expect(read([exception])()).toEqual([exception]);
    expect(read([{ ...exception, reason: 'ok' }])).toThrowError(/reason that says why/);
    expect(read([{ ...exception, expires: 'never' }])).toThrowError(/YYYY-MM-DD/);
    expect(read([{ advisory: 'CVE-1' }])).toThrowError(/GHSA/);
    expect(read({})).toThrowError(/must be a list/);
    expect(() => readExceptions(path.join(import.meta.dirname, '../audit.exceptions.json'))).not.toThrow();
    fs.rmSync(folder, { recursive: true });
  });
});
