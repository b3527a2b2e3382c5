export { grafanaDashboard } from './dashboard.ts'
export { type Promised, prometheusRules } from './rules-file.ts'
export { prometheusTests } from './tests-file.ts'
