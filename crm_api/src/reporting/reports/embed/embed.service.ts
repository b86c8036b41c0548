import type { Knex } from 'knex';
import type { TokenKeys } from '../../../kernel/auth/token.keys.js';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { audit } from '../../../kernel/crud/trail.js';
import { notFound } from '../../../kernel/errors/crm.error.js';
import type { ReportDefinition } from '../definition/report.types.js';
import { findReport, findVersion } from '../saved/report.repository.js';
import { requireUser } from '../saved/right.rules.js';
import type { ReportRow } from '../saved/saved.types.js';
import { embedWithdrawn, noOrigin, noVersion, tooManyEmbeds } from './embed.errors.js';
import { countEmbeds, insertEmbed, listEmbeds, revokeEmbed } from './embed.repository.js';
import { embedToken, type EmbedRequest, type EmbedRow } from './embed.types.js';

// More pages than one person can answer for.
const mostOwn = 100;

/** The rules of embed tokens: who is shown a report and may take its figures away may show it in pages of the origins they name, with their own rows and fields. */
export class EmbedService {
  constructor(private readonly keys: Pick<TokenKeys, 'sign'>) {}

  /** One's tokens in force. */
  async list(db: Reader, call: Call, reportId: string | null): Promise<EmbedRow[]> {
    return call.actor.userId === null ? [] : listEmbeds(db, call.actor.userId, reportId);
  }

  /** Issues a token; `scope` is that of the access token which asks for it. @throws CrmError 404, 409, 422 */
  async issue(trx: Knex.Transaction, call: Call, reportId: string, asked: EmbedRequest, scope: string): Promise<{ readonly row: EmbedRow; readonly token: string }> {
    const owner = requireUser(call);
    const report = await findReport(trx, call, reportId, false);
    if (!report) throw notFound('report', reportId);
    const origins = [...new Set(asked.origins.map(originOf))];
    if (asked.version !== null && !(await findVersion(trx, report.id, asked.version))) throw noVersion(report.version);
    if (await countEmbeds(trx, owner) >= mostOwn) throw tooManyEmbeds(mostOwn);
    const row = await insertEmbed(trx, { ...asked, origins, report_id: report.id, owner_id: owner, client_id: call.origin?.clientId ?? null, scope });
    await audit(trx, call, { action: 'create', entity: 'report_embeds', entityId: row.id, after: { report_id: report.id, version: asked.version, origins, locale: asked.locale, expires_at: row.expires_at.toISOString() } });
    return { row, token: await this.keys.sign(embedToken, { id: row.id, subject: owner, expiresAt: row.expires_at }) };
  }

  /** Ends a token of one's own. @throws CrmError 404 */
  async revoke(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const row = await revokeEmbed(trx, requireUser(call), id);
    if (!row) throw notFound('embed_token', id);
    await audit(trx, call, { action: 'revoke', entity: 'report_embeds', entityId: id, before: { report_id: row.report_id, origins: row.origins } });
  }

  /** The report of a token as whoever issued it is shown it now. @throws CrmError 401 */
  async shown(call: Call, { report_id: id, version }: EmbedRow): Promise<{ readonly report: ReportRow; readonly definition: ReportDefinition; readonly version: number }> {
    const report = await findReport(call.db, call, id, false);
    const kept = report && version !== null ? await findVersion(call.db, id, version) : undefined;
    if (!report || (version !== null && !kept)) throw embedWithdrawn();
    return { report, definition: kept?.definition ?? report.definition, version: version ?? report.version };
  }
}

/** An origin as browsers write it: in small letters, without its usual port. @throws CrmError 422 */
function originOf(text: string, index: number): string {
  if (!/^https?:\/\/[^/?#@*\\\s]+\/?$/i.test(text) || !URL.canParse(text)) throw noOrigin(index);
  return new URL(text).origin;
}
