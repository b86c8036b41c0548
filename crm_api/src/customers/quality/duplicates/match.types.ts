/** The kinds of records that are searched for duplicates. */
export const matchEntities = ['accounts', 'contacts', 'leads'] as const;
export type MatchEntity = (typeof matchEntities)[number];

/** What of a record tells whom it is about, in the forms that compare. */
export interface MatchRecord {
  readonly id: string;
  /** The name as written and in Arabic, folded; of companies without their legal forms. */
  readonly name: string;
  readonly name_ar: string | null;
  /** The mailbox, see `crm_mail_key`. */
  readonly email: string | null;
  /** E.164. */
  readonly phone: string | null;
  readonly mobile: string | null;
  /** The account's id, or the company's name as a lead wrote it, folded. */
  readonly company: string | null;
  /** The domain of the web site. */
  readonly website: string | null;
  readonly country_code: string | null;
  readonly city: string | null;
}

/** How alike two records are in each field that both have, 0–1, by the names of the API: the evidence of a candidate. */
export type Evidence = Readonly<Record<string, number>>;

/** Whether two records are one, as a probability, and why. */
export interface Match {
  readonly similarity: number;
  readonly evidence: Evidence;
}
