import type { IncomingMessage } from 'node:http'
import { type LoadStart, parseBudget } from '@hotpath/core'
import { appErrors } from '../errors.ts'
import { readJsonBody, type Refuse } from '../json-body.ts'

/** What a start may ask for at most: against a typo, not against an attack by an administrator. */
export const loadLimits = { ratePerSecond: 10_000, durationMs: 600_000 } as const
const shortestMs = 1_000
const mostBudgets = 10
const longestBudget = 100

const refuse: Refuse = (problem, cause) => appErrors.HP_LOAD_START_INVALID({ problem }, { cause })

/**
 * Reads the JSON body of a start.
 * @throws HP_LOAD_START_INVALID saying which part cannot be read
 */
export async function readLoadStart(
  request: IncomingMessage,
  scenarios: readonly string[],
): Promise<LoadStart> {
  return loadStartOf(await readJsonBody(request, refuse), scenarios)
}

/** The same, from what the body holds. Scenarios are found by their names among those that there are. */
export function loadStartOf(body: Record<string, unknown>, scenarios: readonly string[]): LoadStart {
  const scenario = scenarios.find((name) => name === body.scenario)
  if (scenario === undefined) {
    throw refuse(`there is no scenario ${quoted(body.scenario)} among ${scenarios.join(', ') || 'none'}`)
  }
  const { budgets = [] } = body
  if (!Array.isArray(budgets) || budgets.length > mostBudgets) {
    throw refuse(`"budgets" is not a list of at most ${mostBudgets} texts`)
  }
  return {
    scenario,
    rate: numberBetween(body, 'rate', { least: 1, most: loadLimits.ratePerSecond }),
    durationMs: numberBetween(body, 'durationMs', { least: shortestMs, most: loadLimits.durationMs }),
    budgets: budgets.map(readBudget),
  }
}

function numberBetween(
  body: Record<string, unknown>,
  name: string,
  { least, most }: { least: number; most: number },
): number {
  const value = body[name]
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw refuse(`"${name}" is ${quoted(value)}, not a number from ${least} to ${most}`)
}

function readBudget(given: unknown): string {
  if (typeof given !== 'string' || given.length > longestBudget) {
    throw refuse(`a budget is ${quoted(given)}, not a text such as p95 < 200ms`)
  }
  return parseBudget(given).text
}

/** What was given, short enough to be shown. */
const quoted = (value: unknown) => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60))
