import { CubeApi, type RequestError } from '@cubejs-client/core';
import { CubeProvider, useCubeQuery } from '@cubejs-client/react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { EmbedTransport } from './embed.transport';
import type { EmbeddedReport, Locale } from './embedded.model';
import type { CrmReportProps, EmbedProblem } from './report.props';
import { dressed } from './report.style';
import { ReportView } from './report.view';
import { wordsOf } from './report.words';

/** What is asked is in the token; Cube's client only needs a question that is not empty. */
const QUERY = { measures: ['report.figures'] };
/** The longest that a browser's timer waits. */
const LONGEST = 2_147_483_647;

/** A report in a page of one's own, by an embed token. Where the token is over, foreign or withdrawn it shows no figures. */
export function CrmReport(props: CrmReportProps): ReactNode {
  const { token, apiUrl, locale, theme = 'auto' } = props;
  const root = useRef<HTMLElement>(null);
  // A page may forbid style elements; sheets that are made by script are no part of what it forbids.
  useLayoutEffect(() => { if (root.current) dressed(root.current.getRootNode()); });
  const api = useMemo(() => new CubeApi(token, { apiUrl, transport: new EmbedTransport(token, apiUrl, locale) }), [token, apiUrl, locale]);
  const [shown, setShown] = useState<Locale>(locale ?? 'en');
  return (
    <section ref={root} className="crm-report" lang={shown} dir={shown === 'ar' ? 'rtl' : 'ltr'} data-theme={theme}>
      {/* Another token is another report: nothing of the old one stays. */}
      <CubeProvider key={`${token} ${apiUrl} ${locale ?? ''}`} cubeApi={api}><Answer {...props} onLocale={setShown} /></CubeProvider>
    </section>
  );
}

function Answer({ locale, refresh, onExpired, onError, onLoaded, onLocale }: CrmReportProps & { readonly onLocale: (locale: Locale) => void }): ReactNode {
  const { resultSet, error, isLoading, refetch } = useCubeQuery<EmbeddedReport>(QUERY);
  const [over, setOver] = useState(false);
  const report = (resultSet?.rawData()[0] as EmbeddedReport | undefined) ?? null;
  const problem = useMemo(() => (error ? problemOf(error as RequestError) : null), [error]);
  const expired = over || problem?.code === 'embed_token_expired';
  const told = useRef({ onExpired, onError, onLoaded });
  told.current = { onExpired, onError, onLoaded };
  const words = wordsOf(report?.locale ?? locale ?? 'en').embed;

  useEffect(() => { if (report) { onLocale(report.locale); told.current.onLoaded?.(); } }, [report?.watermark.lsn, report?.locale]);
  useEffect(() => { if (problem && !expired) told.current.onError?.(problem); }, [problem]);
  useEffect(() => { if (expired) told.current.onExpired?.(); }, [expired]);
  // Figures go with the token that showed them, also in a page that stays open.
  const end = report ? Date.parse(report.expires_at) : null;
  useEffect(() => {
    if (end === null) return undefined;
    const timer = setTimeout(() => { if (Date.now() >= end) setOver(true); }, Math.min(Math.max(0, end - Date.now()) + 50, LONGEST));
    return () => { clearTimeout(timer); };
  }, [end]);
  useEffect(() => {
    if (!refresh || expired || problem) return undefined;
    const timer = setInterval(() => { void refetch(); }, Math.max(5, refresh) * 1000);
    return () => { clearInterval(timer); };
  }, [refresh, expired, problem]);

  if (expired) return <p className="crm-r-state" role="status" data-state="expired">{words.expired}</p>;
  if (problem) {
    const again = problem.status === 0 || problem.status >= 500 || problem.status === 429;
    return <p className="crm-r-state" role="status" data-state="error">{again ? words.failed : words.refused} {again ? <button type="button" onClick={() => { void refetch(); }}>{words.again}</button> : null}</p>;
  }
  if (!report) return isLoading ? <p className="crm-r-state" role="status" data-state="loading">{words.loading}</p> : null;
  return <ReportView report={report} />;
}

function problemOf({ response, status }: RequestError): EmbedProblem {
  const { code, detail } = response as { code?: unknown; detail?: unknown };
  return { code: typeof code === 'string' ? code : 'failed', status: status ?? 0, detail: typeof detail === 'string' ? detail : '' };
}
