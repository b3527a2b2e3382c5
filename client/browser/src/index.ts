export { reportVitals, type ReportVitalsOptions } from './report-vitals.ts'
export { matchTemplates } from './templates.ts'
