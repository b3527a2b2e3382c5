import { caches } from './data.ts'
import type { SoakResult } from './soak.ts'

/** The result as a table for people. */
export function report(result: SoakResult): string {
  const { seed, seconds, origin, singleFlight, readsJudged } = result
  const rows: [string, string | number][] = [
    ['values read and judged', readsJudged],
    ['loads at the origin', origin.loads],
    ['keys loaded', origin.keysLoaded],
    ['loads that failed on purpose', origin.failures],
    ['registers written', origin.writes],
    ['loads judged for single flight', singleFlight.judged],
    ['of them beside another, without reason', singleFlight.doubled],
    ['violations', sumOf(result.calls, /^violations/)],
    ['unexpected errors', result.troubles.length],
  ]
  const sections = [
    `${seconds} s with seed ${seed}`,
    table(rows),
    `Faults\n${table(Object.entries(result.faults))}`,
    `Calls\n${table(Object.entries(result.calls).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`,
    `Longest calls, in ms\n${table(Object.entries(result.longestMs))}`,
    ...result.violations.map(
      ({ invariant, worker, cache, key, text, history }) =>
        `✗ ${invariant}: worker ${worker}, ${caches[cache]?.namespace} ${key}: ${text}\n${indent(history)}`,
    ),
    ...result.troubles.map((text) => `✗ ${text}`),
    result.holds
      ? '✓ nothing was wrong'
      : `✗ failed; again with: npm run soak -- cache --seed ${seed} --seconds ${seconds}`,
  ]
  return sections.join('\n\n')
}

function table(rows: readonly [string, string | number][]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value.toLocaleString('en-US')}`).join('\n')
}

const indent = (lines: readonly string[]) => lines.map((line) => `    ${line}`).join('\n')

function sumOf(counts: Readonly<Record<string, number>>, names: RegExp): number {
  return Object.entries(counts).reduce((sum, [name, count]) => sum + (names.test(name) ? count : 0), 0)
}
