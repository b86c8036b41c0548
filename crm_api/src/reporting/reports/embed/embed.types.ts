import type { TokenKind } from '../../../kernel/auth/token.keys.js';
import type { MailLocale } from '../../delivery/delivery.types.js';

/** The switch of everything about reports in pages of others; the reports themselves have their own. */
export const embedFeature = 'crm_feature_embed';
export const reportsFeature = 'crm_feature_reports';

/** Where a page asks for its report: the one place that a token of this kind opens, and the one that answers other origins. */
export const embedPath = '/embed/report';

/** Tokens of reports in pages of others. */
export const embedToken: TokenKind = { typ: 'crm-embed+jwt', audience: 'crm_embed' };

/** What somebody asks for with a new token. */
export interface EmbedRequest {
  readonly origins: readonly string[];
  /** Null: whichever is the current one when the page asks. */
  readonly version: number | null;
  readonly locale: MailLocale;
  readonly seconds: number;
}

/** A row of `crm_report_embeds`. What a token grants stands here, not in the token. */
export interface EmbedRow {
  readonly id: string;
  readonly report_id: string;
  readonly owner_id: string;
  /** The API client by which the owner's token was issued, and the scopes of whoever asked: what is shown is narrowed as its issuing was. */
  readonly client_id: string | null;
  readonly scope: string;
  readonly version: number | null;
  readonly origins: readonly string[];
  readonly locale: MailLocale;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
}
