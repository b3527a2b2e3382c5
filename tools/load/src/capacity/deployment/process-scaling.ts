import { errors } from '../../errors.ts'
import { measuredFrom, type StoredRun } from '../from-runs.ts'
import type { MeasuredSlice } from '../measured.ts'
import { nonNegativeLeastSquares } from '../nnls.ts'
import { fitScaling, type Forecast, type ScalingPoint } from '../points.ts'

/** How much of its work one process still does where there are several. */
export interface ProcessScaling {
  /** What was measured: processes, and the work that all of them do together. */
  points: readonly ScalingPoint[]
  /** Most processes that were measured. */
  most: number
  /** Work of so many processes as a share of so many times the work of one. */
  efficiency(processes: number): Forecast
}

/**
 * What a process more is worth, by Gunther's law and its special cases, linear and Amdahl's. What else bounds a fleet,
 * its database, is worked out from demands and is no part of this. Unlike other forecasts it goes beyond twice what was
 * measured, with bounds that grow with every doubling.
 * @throws HP_CAPACITY_INPUT when one process was not measured
 */
export function fitProcesses(points: readonly ScalingPoint[], file: string): ProcessScaling {
  if (!points.some(({ load }) => load === 1)) {
    throw errors.HP_CAPACITY_INPUT({ file, problem: 'it says nothing of one process alone' })
  }
  const { predict, loads } = fitScaling(points, {
    families: ['linear', 'amdahl', 'usl'],
    mostBeyond: Infinity,
  })
  const at = (processes: number): Forecast => {
    const answer = predict(processes)
    if ('refused' in answer) throw errors.HP_CAPACITY_INPUT({ file, problem: answer.refused })
    return answer.prediction
  }
  const one = at(1).value
  return {
    points,
    most: loads.most,
    efficiency(processes) {
      const { value, low, high } = at(processes)
      const share = (work: number) => Math.min(1, work / (one * processes))
      return { value: share(value), low: share(low), high: share(high) }
    },
  }
}

/**
 * Points from watched runs of several numbers of processes under the same mix of requests: requests per second at which
 * their event loops are used up. It needs no load near the limit, and no machine with a core for each process.
 *
 * What a process does without any request is one figure for all numbers of processes, and what a request takes one for
 * each: fitted apart, a little noise of few requests would move work from one to the other, and look like a fleet whose
 * processes help each other.
 * @throws HP_CAPACITY_INPUT when a run says nothing of the server, or all are of one number of processes
 */
export function processPoints(files: readonly { file: string; run: StoredRun }[]): ScalingPoint[] {
  const groups = Map.groupBy(files, ({ run }) => run.server?.processes ?? 0)
  if (groups.size < 2) {
    const problem = `its runs are all of ${[...groups.keys()][0] ?? 0} processes, and need two different numbers of them`
    throw errors.HP_CAPACITY_INPUT({ file: files[0]?.file ?? 'The list', problem })
  }
  const shares = [...groups].flatMap(([processes, group]) =>
    measuredFrom(group).runs.flatMap(({ slices }) => slices.flatMap((slice) => shareOf(slice, processes))),
  )
  const counts = [...groups.keys()]
  const highest = Math.max(...shares.map(({ rate }) => rate), Number.MIN_VALUE)
  const [base = 0, ...scaled] = nonNegativeLeastSquares(
    shares.map(({ processes, rate }) => [
      1,
      ...counts.map((count) => (count === processes ? rate / highest : 0)),
    ]),
    shares.map(({ used }) => used),
  )
  return counts.map((processes, index) => {
    const throughput = (processes * (1 - base) * highest) / (scaled[index] ?? 0)
    if (Number.isFinite(throughput) && throughput > 0) return { load: processes, throughput }
    throw errors.HP_CAPACITY_INPUT({
      file: groups.get(processes)![0]!.file,
      problem: 'requests were not seen to use event loops',
    })
  })
}

/** What each of several processes had to do in a slice: requests per second, and how much of its event loop they used. */
function shareOf({ rates, used }: MeasuredSlice, processes: number) {
  const loops = used['event loop']
  if (loops === undefined) return []
  const rate = rates.reduce((sum, value) => sum + value, 0)
  return [{ processes, rate: rate / processes, used: loops / processes }]
}
