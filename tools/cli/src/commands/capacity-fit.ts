import { formatDuration } from '@hotpath/core'
import {
  type CapacityFit,
  fitCapacity,
  fitScaling,
  type Forecast,
  measuredFrom,
  type ScalingFit,
  type ScalingPoint,
} from '@hotpath/load/capacity'
import { readPromise } from '../capacity/promise.ts'
import { readInputs } from '../capacity/read-inputs.ts'
import { exitCode } from '../exit-code.ts'
import { openOutFile } from '../out-file.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

export interface CapacityFitOptions {
  /** Load, or requests per second, that something is to be said about. */
  at?: number
  budget: string
  seed: number
  out?: string
  json: boolean
}

type Answer = { prediction: Forecast } | { refused: string }

/** Says what a system can do, from points or from watched runs. */
export async function capacityFit(files: readonly string[], options: CapacityFitOptions): Promise<number> {
  const promise = readPromise(options.budget)
  const input = readInputs(files)
  const out = openOutFile(options.out)
  const found =
    input.kind === 'points'
      ? fromPoints(input.points, options)
      : fromRuns(fitCapacity(measuredFrom(input.files), { ...promise, seed: options.seed }), options)
  out.write(found.document)
  if (options.json) printJson(found.document)
  else print(found.text)
  return found.isRefused ? exitCode.inconclusive : exitCode.ok
}

interface Found {
  document: object
  text: string
  isRefused: boolean
}

function fromPoints(points: readonly ScalingPoint[], { at }: CapacityFitOptions): Found {
  const { predict, ...fit } = fitScaling(points)
  const answer = at === undefined ? null : predict(at)
  return {
    document: { kind: 'points', ...fit, ...(answer && { at, ...answer }) },
    text: [pointsText(fit), ...(answer ? [`At ${at}: ${answerText(answer, figure)}`] : [])].join('\n\n'),
    isRefused: answer !== null && 'refused' in answer,
  }
}

function pointsText({ loads, weights, scatter }: Omit<ScalingFit, 'predict'>): string {
  const rows = Object.entries(weights).map(([name, weight]) => [name, `${(100 * weight).toFixed(0)}%`])
  const table = renderTable(['Growth', 'Believed'], rows, ['left', 'right'])
  return `${loads.count} measurements at loads of ${loads.least} to ${loads.most}, which scatter by ${(100 * scatter).toFixed(1)}%.\n\n${table}`
}

function fromRuns({ latencyAt, ...fit }: CapacityFit, { at, budget }: CapacityFitOptions): Found {
  const answer = at === undefined ? null : latencyAt(at)
  const [bottleneck] = fit.demands
  return {
    document: {
      kind: 'runs',
      budget,
      bottleneck: bottleneck?.resource ?? null,
      ...fit,
      ...(answer && { at, ...answer }),
    },
    text: [
      demandTable(fit),
      bottleneck
        ? `The ${bottleneck.resource} is used up first, at ${figure(bottleneck.mostPerSecond)}/s.`
        : '',
      kneeText(fit.knee, budget),
      ...(answer ? [`At ${at}/s: ${answerText(answer, formatDuration)}`] : []),
    ].join('\n\n'),
    isRefused: answer ? 'refused' in answer : 'refused' in fit.knee,
  }
}

function kneeText(knee: CapacityFit['knee'], budget: string): string {
  if (!('refused' in knee))
    return `${budget} holds up to ${answerText(knee, (value) => `${figure(value)}/s`)}`
  const held = knee.held === null ? 'at no measured rate' : `at ${figure(knee.held)}/s, as measured`
  return `${budget}: ${answerText(knee, figure)} It held ${held}.`
}

/** Cores, or connections: what least squares leave of a zero. */
const nothing = 1e-6

function demandTable({ demands }: Pick<CapacityFit, 'demands'>): string {
  const rows = demands.map(({ resource, capacity, base, mean, mostPerSecond }) => [
    resource,
    figure(capacity),
    figure(base < nothing ? 0 : base),
    `${(1e3 * mean).toPrecision(3)} ms`,
    Number.isFinite(mostPerSecond) ? `${figure(mostPerSecond)}/s` : 'never',
  ])
  return renderTable(['Resource', 'There is', 'At rest', 'Per request', 'Lasts for'], rows, [
    'left',
    'right',
    'right',
    'right',
    'right',
  ])
}

function answerText(answer: Answer, show: (value: number) => string): string {
  if ('refused' in answer) return `refused. ${answer.refused}`
  const { value, low, high } = answer.prediction
  return `${show(value)} (80 % interval ${show(low)} to ${show(high)}).`
}

const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
