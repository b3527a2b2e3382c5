import { readFileSync } from 'node:fs'
import type { History } from './history.ts'

/**
 * The shortest histories that found what random ones find but seldom: one a line, each with the broken rule that it
 * found.
 */
export function readKnownHistories(): History[] {
  const lines = readFileSync(new URL('known-histories.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => {
    const { setup, steps } = JSON.parse(line) as History
    return { setup, steps }
  })
}
