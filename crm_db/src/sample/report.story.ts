import { readFileSync } from 'node:fs';
import { day } from './calendar.js';
import { stamp, type World } from './world.js';

interface Examples {
  readonly folders: readonly { readonly key: string; readonly parent: string | null; readonly name: string; readonly name_ar: string }[];
  readonly reports: readonly { readonly folder: string; readonly name: string; readonly name_ar: string; readonly description: string; readonly description_ar: string; readonly pins: object; readonly definition: object }[];
}

// Whoever works with figures may make an example better; the others look at it.
const shares = [['exec', 'edit'], ['manager', 'edit'], ['analyst', 'edit'], ['finance', 'edit'], ['rep', 'view']] as const;

/** Makes the reports that answer what sales, finance and support ask first, in folders that every role is shown. */
export function makeReports(world: World): void {
  const owner = world.anchors.users.get('admin@crm.test');
  // Reports have an owner; without the demo's users there is none to give them.
  if (owner === undefined) return;
  const { folders, reports } = JSON.parse(readFileSync(new URL('../../sample.reports.json', import.meta.url), 'utf8')) as Examples;
  const random = world.random.fork('reports');
  const made = (world.today - 20) * day + 30_000_000;
  const ids = new Map<string, string>();
  for (const { key, parent, name, name_ar } of folders) {
    const row = stamp(random, made);
    ids.set(key, row.id);
    world.sink.add('crm_report_folders', { ...row, name, name_ar, parent_id: parent === null ? null : ids.get(parent) ?? null, owner_id: owner });
    if (parent === null) for (const [role, may] of shares) world.sink.add('crm_report_shares', { ...stamp(random, made), folder_id: row.id, role, may });
  }
  for (const { folder, name, name_ar, description, description_ar, ...what } of reports) {
    const row = stamp(random, made);
    const [definition, pins] = [JSON.stringify(what.definition), JSON.stringify(what.pins)];
    world.sink.add('crm_reports', { ...row, name, name_ar, description, description_ar, folder_id: ids.get(folder) ?? null, owner_id: owner, definition, pins, version: 1 });
    world.sink.add('crm_report_versions', { ...stamp(random, made), report_id: row.id, version: 1, definition, pins, author_id: owner });
  }
}
