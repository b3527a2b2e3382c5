export { findMax, type FindMaxOptions, type FindMaxResult, type FindMaxStep } from './find-max.ts'
export { findMaxRate, type FindMaxRateOptions } from './find-max-rate.ts'
