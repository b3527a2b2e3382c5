export { checkHealth, type HealthOptions, type HealthReport } from './check-health.ts'
export type { Finding } from './finding.ts'
