import { median } from '@hotpath/core'
import { cpuMicros, type Peer, wrk, type WrkOptions } from './pinned.ts'

/** One thing that is measured: a server, and what it is asked. */
export interface Run extends Omit<WrkOptions, 'seconds'> {
  readonly peer: Peer
  readonly path: string
  /** Changes what is given to the script, round by round. */
  given?(round: number): readonly (number | string)[]
}

/** Medians over the rounds. */
export interface Measured {
  /** Requests per second. */
  readonly rate: number
  /** CPU time of the server, in microseconds. */
  readonly cpuPerRequest: number
}

export interface Rounds {
  readonly rounds: number
  readonly seconds: number
  progress(text: string): void
}

/** Each run in turn, again and again, so that a drift of the machine hits all alike. The first round warms up. */
export async function interleave<Name extends string>(
  runs: Readonly<Record<Name, Run>>,
  { rounds, seconds, progress }: Rounds,
): Promise<Record<Name, Measured>> {
  const names = Object.keys(runs) as Name[]
  const results = new Map(names.map((name) => [name, { rates: [] as number[], cpu: [] as number[] }]))
  for (let round = 0; round <= rounds; round++) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const name of names) {
      const { peer, path, head, script, given } = runs[name]
      const before = cpuMicros(peer.pid)
      const { rate, requests } = await wrk(`http://127.0.0.1:${peer.port}${path}`, {
        seconds,
        ...(head && { head }),
        ...(script && { script: { file: script.file, given: given?.(round) ?? script.given } }),
      })
      if (round === 0) continue
      const { rates, cpu } = results.get(name)!
      rates.push(rate)
      cpu.push((cpuMicros(peer.pid) - before) / requests)
    }
  }
  return Object.fromEntries(
    [...results].map(([name, { rates, cpu }]) => [name, { rate: median(rates), cpuPerRequest: median(cpu) }]),
  ) as Record<Name, Measured>
}

/** The rates alone, by name. */
export function ratesOf(measured: Readonly<Record<string, Measured>>): Record<string, number> {
  return Object.fromEntries(Object.entries(measured).map(([name, { rate }]) => [name, rate]))
}
