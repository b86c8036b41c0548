import { idParams } from '../../kernel/crud/crud.routes.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError, notFound } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { findVerification, insertVerification, newestVerification, readChainState, type VerificationRow } from './verification.repository.js';
import { chainItem, verificationItem } from './verification.schema.js';

const shared = { tag: 'audit', feature: 'crm_feature_audit', access: { resource: 'audit', action: 'read' } } as const;
const shownFindings = 50;

function present(row: VerificationRow): Record<string, unknown> {
  const { result } = row;
  const anchors = result?.anchors ?? null;
  const last = Number.MAX_SAFE_INTEGER;
  return {
    id: row.id, status: row.status, requested_by: row.requested_by, checked: Number(row.checked_count), total: row.total_count === null ? null : Number(row.total_count), created_at: row.created_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null, error: row.error, sound: row.sound, counts: result?.counts ?? null,
    findings: [...(result?.findings ?? [])].sort((one, two) => (one.position ?? last) - (two.position ?? last)).slice(0, shownFindings),
    waiting: result?.waiting ?? null, erased: result?.erased ?? null, anchors: anchors && { compared: anchors.compared, last_position: anchors.last_position, reachable: anchors.unreachable === null },
  };
}

/** `/audit/chain` and `/audit/verifications`: how the log is sealed, and whether it is as it was written. */
export function verificationRoutes(): RouteSpec[] {
  return [
    route({
      ...shared, method: 'GET', path: '/audit/chain', id: 'getAuditChain', summary: 'The newest seal of the audit log, what waits, and the last verification', responses: { 200: chainItem },
      async handle(call) {
        const [state, row] = await Promise.all([readChainState(call.db), newestVerification(call.db)]);
        return {
          head: state.head === null ? null : { position: Number(state.position), hash: state.head, sealed_at: state.sealed_at?.toISOString() }, waiting: state.waiting, oldest_waiting_at: state.oldest_waiting?.toISOString() ?? null,
          sealing: call.feature('crm_feature_audit_chain'), verification: row ? present(row) : null,
        };
      },
    }),
    route({
      ...shared, method: 'POST', path: '/audit/verifications', id: 'createAuditVerification', summary: 'Recompute the whole chain in the background', problems: [409], responses: { 201: verificationItem },
      async handle(call) {
        const row = await call.db.transaction(async (trx) => {
          const made = await insertVerification(trx, call.actor.userId);
          if (!made) throw new CrmError(409, 'verification_running', 'The audit log is being verified already. Wait for its result at GET /audit/chain.');
          await audit(trx, call, { action: 'verify', entity: 'audit', entityId: made.id });
          return made;
        });
        await call.jobs.send('crm_audit', {}).catch((error: unknown) => call.log.warn({ err: error }, 'The worker could not be woken; it looks by itself'));
        return Reply.created(`/audit/verifications/${row.id}`, present(row));
      },
    }),
    route({
      ...shared, method: 'GET', path: '/audit/verifications/{id}', id: 'getAuditVerification', summary: 'One verification and how far it is', params: idParams, problems: [404], responses: { 200: verificationItem },
      async handle(call, { params }) {
        const row = await findVerification(call.db, params['id'] ?? '');
        if (!row) throw notFound('verification', params['id'] ?? '');
        return present(row);
      },
    }),
  ];
}
