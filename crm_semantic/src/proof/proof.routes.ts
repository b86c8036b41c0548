import type { KeyObject } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { fieldsOfMembers } from '../model/field.lineage.js';
import { views } from '../model/model.index.js';
import { authenticate } from '../server/access.context.js';
import { hiddenMembers } from '../server/member.guard.js';
import type { WarehouseReader } from './kpi.prover.js';
import { latestProofs, type ProvenKpi } from './proof.store.js';

/** Many tiles ask at once, and a proof is minutes old anyway. */
const keepMs = 1_000;

/** `GET /proof`: the newest proof of each KPI of the views that the caller may read; the first difference only for who may read every row. */
export function proofRoute(key: KeyObject, reader: WarehouseReader): RequestHandler {
  const lineage = fieldsOfMembers();
  let kept: { readonly at: number; readonly rows: Promise<ProvenKpi[]> } | null = null;
  const latest = (): Promise<ProvenKpi[]> => {
    if (!kept || Date.now() - kept.at > keepMs) kept = { at: Date.now(), rows: reader.query<ProvenKpi>(latestProofs, []) };
    return kept.rows;
  };
  const answer = async (request: Request): Promise<{ status: number; body: unknown }> => {
    let scopes: Readonly<Record<string, string>>;
    let hidden: ReadonlySet<string>;
    try {
      const claims = authenticate(key, request.headers.authorization?.replace(/^Bearer /, ''));
      scopes = claims.scopes;
      hidden = hiddenMembers(claims.hidden, lineage);
    } catch (error) {
      return { status: 403, body: { error: error instanceof Error ? error.message : String(error) } };
    }
    try {
      const rows = await latest();
      const kpis = rows.flatMap((row) => {
        const scope = scopes[views.find(({ name }) => name === row.kpi.split('.')[0])?.resource ?? ''];
        if (scope === undefined || hidden.has(row.kpi)) return [];
        // A difference names groups and amounts, which are not everyone's to see.
        return [{ ...row, equal: isTrue(row.equal), compared: Number(row.compared), different: Number(row.different), detail: scope === 'all' ? row.detail : '' }];
      });
      return { status: 200, body: { kpis } };
    } catch {
      kept = null;
      return { status: 503, body: { error: 'The proofs cannot be read: the warehouse does not answer or has not been migrated; try again in a few seconds' } };
    }
  };
  return (request, response) => {
    void answer(request).then(({ status, body }) => response.status(status).set('cache-control', 'no-store').json(body));
  };
}

/** Booleans come from Cube's driver as they came from the warehouse: true, 1 or "true". */
function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}
