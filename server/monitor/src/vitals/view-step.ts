import { type VitalName, vitalNames } from '@hotpath/core'
import { createStepRing, type StepRing } from '../step-ring.ts'
import {
  addValue,
  createValueWindow,
  emptyValues,
  mergeValues,
  type PlainValues,
  plainValues,
  type ValueWindow,
  wholeValues,
} from './value-window.ts'

/** What views told in some stretch of time. */
export interface ViewStep {
  views: number
  /** Taken when a vital is first told. */
  readonly values: Partial<Record<VitalName, ValueWindow>>
}

/** Of each vital. */
export type BoundsByVital = Readonly<Record<VitalName, Float64Array>>

export const createViewStep = (): ViewStep => ({ views: 0, values: {} })

/** An hour in steps of five minutes. */
export const hourly = { stepMs: 300_000, size: 12 } as const

export function createHour(): StepRing<ViewStep> {
  return createStepRing({ ...hourly, create: createViewStep, empty: emptyStep })
}

/** Counts a view and its vitals. */
export function addView(
  step: ViewStep,
  vitals: Partial<Record<VitalName, number>>,
  bounds: BoundsByVital,
): void {
  step.views++
  for (const name of vitalNames) {
    const value = vitals[name]
    if (value !== undefined) addValue((step.values[name] ??= createValueWindow(bounds[name])), value)
  }
}

/** Several stretches as one. */
export function sumSteps(steps: Iterable<ViewStep>, bounds: BoundsByVital): ViewStep {
  const sum = createViewStep()
  for (const { views, values } of steps) {
    sum.views += views
    for (const name of vitalNames) {
      const window = values[name]
      if (window) mergeValues((sum.values[name] ??= createValueWindow(bounds[name])), window)
    }
  }
  return sum
}

/** A step as plain data. */
export interface PlainStep {
  views: number
  values: Partial<Record<VitalName, PlainValues>>
}

export function plainStep({ views, values }: ViewStep): PlainStep {
  const plain: PlainStep = { views, values: {} }
  for (const name of vitalNames) {
    const told = values[name] && plainValues(values[name])
    if (told) plain.values[name] = told
  }
  return plain
}

/** The step again; `bounds` are those it was counted with. */
export function wholeStep({ views, values }: PlainStep, bounds: BoundsByVital): ViewStep {
  const step: ViewStep = { views, values: {} }
  for (const name of vitalNames) {
    const plain = values[name]
    if (plain) step.values[name] = wholeValues(plain, bounds[name])
  }
  return step
}

/** Makes a used step as good as a new one. */
export function emptyStep(step: ViewStep): void {
  step.views = 0
  for (const window of Object.values(step.values)) emptyValues(window)
}
