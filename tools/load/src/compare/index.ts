export {
  type Comparison,
  type CompareOptions,
  compareSides,
  type Measured,
  type SideName,
} from './compare.ts'
export { compareRuns, sampleOf } from './compare-runs.ts'
export { comparedMetrics, type Metric, type Sample } from './metrics.ts'
export { leastPairs, type MetricVerdict, type Verdict } from './verdict.ts'
export { calibrate, type CalibrateOptions, type Calibration, type NoiseFloor } from './calibrate.ts'
