/** Why a report is not shown. */
export interface EmbedProblem {
  /** The code of the API, such as `embed_token_withdrawn`; `unreachable` where nobody answered. */
  readonly code: string;
  /** The HTTP status; 0 where nobody answered. */
  readonly status: number;
  /** The cure, in English. */
  readonly detail: string;
}

/** What a page says of a report that it shows. */
export interface CrmReportProps {
  /** An embed token. A new one shows the report anew. */
  readonly token: string;
  /** Where the API is, such as `https://crm.example.com/crm/v1`. */
  readonly apiUrl: string;
  /** Language and direction; those of the token unless told otherwise. */
  readonly locale?: 'en' | 'ar' | undefined;
  /** `auto` follows the reader's device. */
  readonly theme?: 'light' | 'dark' | 'auto' | undefined;
  /** Seconds after which the figures are asked anew; never unless told otherwise. */
  readonly refresh?: number | undefined;
  /** The token is over: the page gives the next one. */
  readonly onExpired?: (() => void) | undefined;
  /** The report is not shown for another reason. */
  readonly onError?: ((problem: EmbedProblem) => void) | undefined;
  readonly onLoaded?: (() => void) | undefined;
}
