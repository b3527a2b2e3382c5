import {
  drawSimulation,
  type PodModel,
  rateEachSecond,
  readHpa,
  readTraffic,
  simulateHpa,
  type SimulationResult,
} from '@hotpath/load/capacity'
import { readText } from './read-inputs.ts'

/** A fleet over a traffic trace. */
export interface Simulated {
  summary: Omit<SimulationResult, 'seconds'> & { hours: number }
  /** In a line. */
  text: string
  /** SVG. */
  picture(): string
}

export interface SimulateInput {
  spec: ReturnType<typeof readHpa>
  pod: PodModel
  /** The trace's file. */
  trace: string
  /** The trace is multiplied, so that its highest rate is this. @default as it is */
  scaleTo?: number
  /** Work of so many pods as a share of so many times that of one. @default 1 */
  efficiency?: (pods: number) => number
}

/** Plays the trace. @throws HP_CAPACITY_INPUT */
export function simulate({ spec, pod, trace, scaleTo, efficiency = () => 1 }: SimulateInput): Simulated {
  const given = rateEachSecond(readTraffic(readText(trace), trace))
  const highest = given.reduce((most, rate) => Math.max(most, rate), 0)
  const factor = scaleTo === undefined || highest === 0 ? 1 : scaleTo / highest
  const rates = given.map((rate) => rate * factor)
  const { seconds, ...figures } = simulateHpa({ spec, pod, rates, efficiency })
  const hours = rates.length / 3600
  return {
    summary: { ...figures, hours },
    text: `${figures.violationMinutes.toFixed(1)} of ${(60 * hours).toFixed(0)} minutes outside the promise, ${figures.changes} changes, ${figures.flaps} flaps, ${figures.podHours.toFixed(1)} pod-hours, at most ${figures.mostReplicas} pods`,
    picture: () => drawSimulation({ seconds, ...figures }, `${spec.name}: ${trace}`),
  }
}
