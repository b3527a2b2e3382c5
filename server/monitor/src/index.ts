export { createMonitor } from './monitor.ts'
export type { Health, Monitor, MonitorOptions } from './monitor.ts'
export type { Readiness, ReadinessChecks } from './readiness.ts'
export type { CacheFigures, HttpCacheFigures, MonitorSources } from './sources.ts'
