import type { Knex } from 'knex';
import type { EntityDefinition } from '../import.types.js';
import type { WrittenRow } from './record.writer.js';

/** Notes in timeline and audit log what an import made and changed. */
export async function recordTrail(trx: Knex.Transaction, entity: EntityDefinition, written: readonly WrittenRow[], importId: string, actorId: string | null): Promise<void> {
  const touched = written.filter((entry) => entry.outcome !== 'unchanged');
  if (touched.length === 0) return;
  const payload = JSON.stringify(touched.map(({ row, id, outcome }) => ({
    entity_id: id, outcome, row_number: row.rowNumber, after: row.values,
    // What happens to an account's people and deals is part of the account's story.
    account_id: entity.entity === 'accounts' ? id : (row.values['account'] ?? null),
  })));
  await trx.raw(
    `INSERT INTO crm_core.crm_audit_log (actor_id, actor_kind, action, entity, entity_id, after, request_id)
     SELECT ?::uuid, 'import', i.outcome, ?, i.entity_id, i.after, ? FROM jsonb_to_recordset(?::jsonb) AS i(entity_id uuid, outcome text, after jsonb)`,
    [actorId, entity.entity, `import:${importId}`, payload],
  );
  if (!['accounts', 'contacts', 'leads', 'deals', 'tickets'].includes(entity.entity)) return;
  await trx.raw(
    `INSERT INTO crm_core.crm_timeline (entity, entity_id, account_id, kind, actor_id, summary, data)
     SELECT ?, i.entity_id, i.account_id, 'import.' || i.outcome, ?::uuid, CASE i.outcome WHEN 'created' THEN 'Created by import' ELSE 'Updated by import' END,
            jsonb_build_object('import_id', ?::text, 'row', i.row_number)
       FROM jsonb_to_recordset(?::jsonb) AS i(entity_id uuid, account_id uuid, outcome text, row_number int)`,
    [entity.entity, actorId, importId, payload],
  );
}
