/** What a fault server noted since it was last asked. */
export interface FaultReport {
  /** When each request arrived, in milliseconds since 1970, ascending but for the last digits. */
  arrivals: number[]
  /** Milliseconds from the arrival of a request to the end of its answer, ascending. */
  answers: number[]
  /** Connections that were reset instead of an answer. */
  resets: number
}

/** Notes what happens; moments by performance.now(). */
export interface FaultLog {
  answered(arrivedAt: number, endedAt: number): void
  reset(arrivedAt: number): void
  /** What was noted so far; begins anew. */
  take(): FaultReport
}

export function createFaultLog(): FaultLog {
  let arrivals: number[] = []
  let answers: number[] = []
  let resets = 0
  return {
    answered(arrivedAt, endedAt) {
      arrivals.push(performance.timeOrigin + arrivedAt)
      answers.push(endedAt - arrivedAt)
    },
    reset(arrivedAt) {
      arrivals.push(performance.timeOrigin + arrivedAt)
      resets += 1
    },
    take() {
      const ascending = (a: number, b: number) => a - b
      const report = { arrivals: arrivals.sort(ascending), answers: answers.sort(ascending), resets }
      arrivals = []
      answers = []
      resets = 0
      return report
    },
  }
}
