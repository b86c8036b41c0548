export { CrmReport } from './crm-report';
export type { CrmReportProps, EmbedProblem } from './report.props';
