import { readFileSync } from 'node:fs';
import { views } from './model.index.js';
import { cubeOf, publicMembers } from './model.registry.js';

interface Split { readonly member: string; readonly grain?: string }
interface Sample {
  readonly reports: readonly {
    readonly name: string; readonly pins: Readonly<Record<string, number>>;
    readonly definition: { readonly view: string; readonly rows: readonly Split[]; readonly columns: readonly Split[]; readonly values: readonly { readonly measure?: string }[]; readonly filters: readonly { readonly member: string }[]; readonly period: { readonly member: string } | null };
  }[];
}

describe('the reports of the sample', () => {
  const { reports } = JSON.parse(readFileSync(new URL('../../../crm_db/sample.reports.json', import.meta.url), 'utf8')) as Sample;

  it('name members that there are, times by their steps, and the versions of what they measure', () => {
    expect(reports.length).toBe(8);
    const known = publicMembers();
    for (const { name, pins, definition: { view, rows, columns, values, filters, period } } of reports) {
      const found = views.find((one) => one.name === view);
      if (!found) { fail(`${name}: there is no view ${view}`); continue; }
      const { dimensions, measures } = cubeOf(found);
      const nameOf = (member: string): string => {
        expect(known.has(member) && member.startsWith(`${view}.`)).withContext(`${name}: ${member}`).toBeTrue();
        return member.slice(view.length + 1);
      };
      for (const { member, grain } of [...rows, ...columns]) expect(dimensions[nameOf(member)]?.type === 'time').withContext(`${name}: ${member}`).toBe(grain !== undefined);
      for (const { member } of filters) expect(dimensions[nameOf(member)]?.type).withContext(`${name}: ${member}`).toBe('string');
      if (period) expect(dimensions[nameOf(period.member)]?.type).withContext(`${name}: ${period.member}`).toBe('time');
      const measured = values.flatMap(({ measure }) => measure ?? []);
      expect(pins).withContext(name).toEqual(Object.fromEntries(measured.map((measure) => [measure, measures[nameOf(measure)]?.version ?? 1])));
      expect(measured.length).withContext(name).toBeGreaterThan(1);
    }
  });
});
