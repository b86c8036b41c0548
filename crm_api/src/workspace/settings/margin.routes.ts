import Joi from 'joi';
import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import { requireVersion, withVersion } from '../../kernel/contract/record.version.js';
import { jsonTypes } from '../../kernel/crud/crud.routes.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { route, type RouteSpec } from '../../kernel/route.js';
import { calendarFeature } from './calendar.model.js';
import { lockMargin, readMargin, writeMargin, type MarginRow } from './margin.repository.js';

// numeric(5,4) in Postgres: a share with four decimals is a hundredth of a per cent. Rounding would store what nobody has said.
const margin = Joi.number().greater(0).max(1).precision(4).options({ convert: false }).allow(null).description('What is left of revenue after the cost of what is sold, as a share above 0 and up to 1; null: not known, then CAC payback and lifetime value have no value.');
const item = Joi.object({ gross_margin: Joi.number().allow(null).required().description('A share above 0 and up to 1.'), updated_at: Joi.string().isoDate().required() }).label('BusinessSettings');
const patch = Joi.object({ gross_margin: margin.required() }).required().label('BusinessSettingsPatch');

const shared = { path: '/settings/business', tag: 'settings', feature: calendarFeature } as const;
const shareOf = ({ gross_margin: text }: MarginRow): number | null => (text === null ? null : Number(text));
const present = (row: MarginRow): Record<string, unknown> => withVersion({ gross_margin: shareOf(row), updated_at: row.updated_at.toISOString() }, row.__version);
const known = (row: MarginRow | undefined): MarginRow => {
  if (!row) throw new CrmError(404, 'not_found', 'There is no tenant yet whose margin could be set. Start the product once with its seed, then set it.');
  return row;
};

/** Changes the margin and says who did; the same margin again writes nothing. @throws CrmError 412 when it was changed meanwhile. */
async function changeMargin(trx: Knex.Transaction, call: Call, next: number | null): Promise<MarginRow> {
  const current = known(await lockMargin(trx));
  requireVersion(call, { __version: current.__version });
  if (shareOf(current) === next) return current;
  const written = known(await writeMargin(trx, current.id, next));
  await audit(trx, call, { action: 'update', entity: 'settings', entityId: current.id, before: { gross_margin: shareOf(current) }, after: { gross_margin: next } });
  return written;
}

/** `/settings/business`: what figures take from the business, which is its gross margin. */
export function marginRoutes(): RouteSpec[] {
  return [
    route({
      ...shared, method: 'GET', id: 'getBusinessSettings', access: { resource: 'settings', action: 'read' }, summary: 'The gross margin of the business', problems: [404], responses: { 200: item },
      handle: async (call) => present(known(await readMargin(call.db))),
    }),
    route({
      ...shared, method: 'PATCH', id: 'updateBusinessSettings', access: { resource: 'settings', action: 'write' }, summary: 'Change the gross margin of the business', body: patch, consumes: jsonTypes, problems: [404, 412, 422], responses: { 200: item },
      handle: async (call, { body }) => present(await call.db.transaction((trx) => changeMargin(trx, call, (body as { gross_margin: number | null }).gross_margin))),
    }),
  ];
}
