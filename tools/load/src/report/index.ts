export { adviceFor } from './advice.ts'
export { githubSummary } from './github.ts'
export { htmlReport, type ReportOptions } from './html-report.ts'
export { junitReport } from './junit.ts'
