export { paths } from './paths.ts'
export type {
  Alert,
  AlertEvent,
  AlertFigure,
  AlertRule,
  Alerts,
  AlertSeverity,
  AlertSink,
  AlertState,
  AlertTestOutcome,
  Silence,
  SilenceRequest,
} from './alerts.ts'
export type { Fix } from './fixes.ts'
export type { Measurement } from './measurement.ts'
export type { Overview, Resources, RouteRow, Tile } from './overview.ts'
export type { ServerSample, ServerSamples } from './samples.ts'
export type { WarmOutcome, WarmStep } from './warm.ts'
export type { Worker } from './worker.ts'
