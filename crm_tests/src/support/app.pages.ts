import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Pages of administration that its journey looks at one by one, with and without an id, below `/admin`. */
export const administrationPages = [
  'users', 'users/:id', 'teams', 'roles', 'roles/:id', 'api-clients', 'webhooks', 'webhooks/:id', 'audit', 'audit/:id', 'duplicates', 'duplicates/:id', 'privacy', 'privacy/new', 'custom-fields', 'tags', 'calendar', 'features',
] as const;

/** Pages that are looked at for their own sake alone: one without a session, the others as an administrator. */
export const plainPages = { signedOut: ['login', 'invitation'], signedIn: ['me/security', 'me/alerts', 'me/schedules', 'me/mails', 'admin/imports', 'admin/imports/new', '**'] } as const;

/** Pages whose accessibility is looked at in the journeys through them, with the file of the journey. */
export const pagesOfJourneys: Readonly<Record<string, string>> = {
  '': 'dashboard.journey', pipeline: 'pipeline.specs', revenue: 'revenue.specs', marketing: 'revenue.specs', reports: 'reports.specs', 'reports/:id': 'reports.specs', 'sell/forecast': 'records.specs', 'admin/imports/:id': 'import.journey', 'admin/privacy/:id': 'administration.journey',
  'sell/deals': 'records.specs', 'sell/deals/:id': 'records.specs', 'sell/accounts': 'records.specs', 'sell/accounts/:id': 'records.specs', 'sell/contacts': 'records.specs', 'sell/contacts/:id': 'records.specs',
};

const source = (file: string): string => readFileSync(fileURLToPath(new URL(`../../../crm_ui/src/app/${file}`, import.meta.url)), 'utf8');
const joined = (...parts: readonly string[]): string => parts.filter(Boolean).join('/');

/** The paths of every page of the interface, read from its route files; what only leads to another page is none. */
export function routesOfInterface(): string[] {
  return source('app.routes.ts').split('\n').filter((line) => !line.includes('redirectTo')).flatMap((line) => {
    const [, path] = /path: '([^']*)'/.exec(line) ?? [];
    const [, children] = /import\('\.\/(features\/[\w/.]+\.routes)'\)/.exec(line) ?? [];
    // The frame around all pages has a path of its own, and nothing to see in it.
    if (path === undefined || (!children && !line.includes('loadComponent'))) return [];
    return children ? below(path, source(`${children}.ts`)) : [path];
  });
}

function below(path: string, text: string): string[] {
  let gate = '';
  return text.split('\n').filter((line) => !line.includes('redirectTo') && !line.includes('const gated') && !/component: \w+GateComponent/.test(line)).flatMap((line) => {
    gate = /gated\('([^']+)'/.exec(line)?.[1] ?? gate;
    return [...line.matchAll(/\bpath: '([^']*)'/g)].map(([, child = '']) => joined(path, gate, child));
  });
}
