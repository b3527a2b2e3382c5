import { errors } from '../errors.ts'
import type { Scenario, SetupTools } from './scenario.ts'
import { answerOf } from '../http/response.ts'
import { Agent, fetch } from 'undici'
import type { Plan } from '../run/plan.ts'
import { createStep, hasHeader, statusProblem, type Step } from './step.ts'

type SetupPlan = Pick<Plan, 'scenarios' | 'origin' | 'headers' | 'insecure'>

/** What each scenario's `setup` prepared. */
export type SharedData = ReadonlyMap<Scenario, unknown>

/**
 * Runs the setups, one after the other, each function once.
 * @throws HP_LOAD_SETUP_FAILED
 */
export async function runSetups(plan: SetupPlan): Promise<SharedData> {
  const prepared = new Map<NonNullable<Scenario['setup']>, unknown>()
  const shared = new Map<Scenario, unknown>()
  const { scenarios } = plan
  for (const scenario of scenarios) {
    const { setup, name } = scenario
    if (setup === null) continue
    try {
      if (!prepared.has(setup)) prepared.set(setup, await setup(createTools(plan)))
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause)
      throw errors.HP_LOAD_SETUP_FAILED({ name, problem }, { cause })
    }
    shared.set(scenario, prepared.get(setup))
  }
  return shared
}

const answerWithinMs = 60_000

function createTools({ origin, headers, insecure }: SetupPlan): SetupTools {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: !insecure } })
  const ask = (step: Step) =>
    fetch(new URL(step.path, step.origin ?? origin), {
      dispatcher,
      method: step.method,
      headers: [
        ...Object.entries(headers).filter(([name]) => !hasHeader(step.headers, name)),
        ...pairsOf(step.headers),
      ],
      body: step.body,
      signal: AbortSignal.timeout(answerWithinMs),
    })
  return {
    async fetchJson<T>(what: Step | `/${string}`) {
      const step = typeof what === 'string' ? createStep(what, { method: 'GET', path: what }, {}) : what
      const response = await ask(step)
      if (response.ok) return (await response.json()) as T
      await response.body?.cancel()
      throw new Error(`${step.method} ${step.path} answered ${response.status}`)
    },
    async attempt(step) {
      try {
        const response = await ask(step)
        const body = Buffer.from(await response.arrayBuffer())
        const headers = Object.fromEntries(response.headers)
        return {
          response: answerOf(step, { status: response.status, headers, body }),
          problem: statusProblem(step, response.status),
        }
      } catch (error) {
        return { response: null, problem: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index < flat.length; index += 2) pairs.push([flat[index]!, flat[index + 1]!])
  return pairs
}
