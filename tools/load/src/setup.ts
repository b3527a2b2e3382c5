import { errors } from './errors.ts'
import type { Scenario, SetupTools } from './scenario.ts'
import { createStep, type Step } from './step.ts'

/** What each scenario's `setup` prepared. */
export type SharedData = ReadonlyMap<Scenario, unknown>

/**
 * Runs the setups, one after the other, each function once.
 * @throws HP_LOAD_SETUP_FAILED
 */
export async function runSetups(scenarios: readonly Scenario[], origin: string): Promise<SharedData> {
  const prepared = new Map<NonNullable<Scenario['setup']>, unknown>()
  const shared = new Map<Scenario, unknown>()
  for (const scenario of scenarios) {
    const { setup, name } = scenario
    if (setup === null) continue
    try {
      if (!prepared.has(setup)) prepared.set(setup, await setup(createTools(origin)))
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause)
      throw errors.HP_LOAD_SETUP_FAILED({ name, problem }, { cause })
    }
    shared.set(scenario, prepared.get(setup))
  }
  return shared
}

function createTools(origin: string): SetupTools {
  return {
    async fetchJson<T>(what: Step | `/${string}`) {
      const step = typeof what === 'string' ? createStep(what, { method: 'GET', path: what }, {}) : what
      const response = await fetch(new URL(step.path, origin), {
        method: step.method,
        headers: pairsOf(step.headers),
        body: step.body,
      })
      if (response.ok) return (await response.json()) as T
      await response.body?.cancel()
      throw new Error(`${step.method} ${step.path} answered ${response.status}`)
    },
  }
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index < flat.length; index += 2) pairs.push([flat[index]!, flat[index + 1]!])
  return pairs
}
