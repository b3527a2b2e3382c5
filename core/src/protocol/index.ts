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
export {
  beaconLimits,
  beaconVersion,
  connectionClasses,
  deviceClasses,
  navigationKinds,
  vitalNames,
} from './beacon.ts'
export type {
  Beacon,
  BeaconError,
  BeaconView,
  ConnectionClass,
  DeviceClass,
  NavigationKind,
  VitalName,
} from './beacon.ts'
export type {
  CachedCopy,
  CachesReport,
  HttpCacheFigures,
  KeyExplanation,
  KeyGroupFigures,
  NamespaceFigures,
  PurgeHits,
  PurgePreview,
  UrlExplanation,
} from './caches.ts'
export type { Capacity, CapacityResource, Headroom, ResourceUse, SavedPlan } from './capacity.ts'
export type {
  DatabaseHealth,
  DatabaseReport,
  PlanNode,
  PoolReport,
  PoolSizingReport,
  RepeatFigures,
  StatementFigures,
  StatementShare,
} from './database.ts'
export type { Fix } from './fixes.ts'
export type {
  CurrentLoad,
  LoadAttribution,
  LoadBudget,
  LoadComparison,
  LoadMetricVerdict,
  LoadPoint,
  LoadProgress,
  LoadRun,
  LoadRunSummary,
  Loads,
  LoadServerPoint,
  LoadStart,
  LoadTimes,
  LoadVerdict,
} from './loads.ts'
export type { Measurement } from './measurement.ts'
export type { Overview, Resources, RouteRow, Tile } from './overview.ts'
export type { DurationBin, RouteBudget, RouteDetail, RouteStatement } from './route-detail.ts'
export type { ServerSample, ServerSamples } from './samples.ts'
export type { Timeline, TimelineMarker, TimelinePoint } from './timeline.ts'
export type {
  Span,
  SpanKind,
  Trace,
  TraceBrowser,
  TraceKept,
  TraceReason,
  TraceReasonKind,
  Traces,
  TraceSummary,
} from './traces.ts'
export { vitalBounds } from './vitals.ts'
export type {
  BrowserError,
  IntakeFigures,
  LongTasks,
  SlowView,
  ViewKind,
  VitalElement,
  VitalFigures,
  Vitals,
  VitalsByName,
  VitalsOfRoute,
  VitalsRow,
  VitalVerdict,
} from './vitals.ts'
export type { WarmOutcome, WarmStep } from './warm.ts'
export type { Role, WhoAmI } from './whoami.ts'
export type { FleetShare, Worker } from './worker.ts'
