import type { ParamsOf, Route } from '@hotpath/core'
import { errors } from '../errors.ts'
import type { Attempt, Session } from '../session/session.ts'
import { createStep, type Step, type StepOptions } from './step.ts'

/** What a scenario may use before the run begins. */
export interface SetupTools {
  /**
   * The JSON that the application answers to a step, or to a GET of a path.
   * @throws when the status is not 2xx or the body is not JSON
   */
  fetchJson<T = unknown>(what: Step | `/${string}`): Promise<T>
  /** Sends a step, unmeasured, and resolves whatever becomes of it. */
  attempt(step: Step): Promise<Attempt>
}

/** What a kind of visitor does. */
export interface ScenarioDefinition<Shared = unknown> {
  /** How often it is chosen, in proportion to the other scenarios of the run. @default 1 */
  weight?: number
  /** Prepares what all its sessions read; runs once per run, also when several scenarios name the same function. */
  setup?: (tools: SetupTools) => Shared | Promise<Shared>
  /** One session: returns its only request, or sends one after the other with `session.send`. */
  run: (session: Session<Shared>) => Step | Promise<unknown>
}

/** A scenario with its name, ready for `runLoad`. */
export interface Scenario {
  readonly name: string
  readonly weight: number
  /** Where it goes, if it knows; else `runLoad` is told. */
  readonly origin: string | null
  readonly setup: ((tools: SetupTools) => unknown) | null
  readonly run: (session: Session<any>) => Step | Promise<unknown>
}

type PatternOf<Routes extends readonly Route[]> = Routes[number]['pattern']

/** Values for the parameters of a pattern; they are percent-encoded. */
export type ParamValues<P extends string> = { [Name in keyof ParamsOf<P>]: string | number }

/** Options of a request by its route: `params` is asked for exactly when the pattern has parameters. */
export type RequestOptions<P extends string> = StepOptions & {
  /** Appended as the query; undefined leaves a name out. */
  query?: Readonly<Record<string, string | number | boolean | undefined>>
} & (keyof ParamsOf<P> extends never ? { params?: never } : { params: ParamValues<P> })

type RequestArguments<P extends string> = keyof ParamsOf<P> extends never
  ? [options?: RequestOptions<P>]
  : [options: RequestOptions<P>]

/** What `defineScenarios` hands out: requests that can only name declared routes. */
export interface ScenarioBuilder<Routes extends readonly Route[]> {
  /**
   * A request to a declared route.
   * @throws HP_LOAD_ROUTE_UNKNOWN, HP_LOAD_PARAM_MISSING where the compiler was overruled
   */
  request<P extends PatternOf<Routes>>(pattern: P, ...options: RequestArguments<P>): Step
  /** Gives `session.shared` the type of what `setup` prepares. */
  scenario<Shared = unknown>(definition: ScenarioDefinition<Shared>): ScenarioDefinition<any>
}

/**
 * Scenarios typed from the application's own routes: a request to a route that is not in the table, or without one of
 * its parameters, does not compile.
 */
export function defineScenarios<const Routes extends readonly Route[], const Name extends string>(
  routes: Routes,
  define: (builder: ScenarioBuilder<Routes>) => Record<Name, ScenarioDefinition<any>>,
): Readonly<Record<Name, Scenario>> {
  const table = new Map<string, Route>(routes.map((declared) => [declared.pattern, declared]))
  const definitions = define({
    request: (pattern, ...[options]) => buildRequest(table.get(pattern), pattern, options ?? {}),
    scenario: (definition) => definition,
  })
  const scenarios = Object.entries<ScenarioDefinition>(definitions).map(
    ([name, { weight = 1, setup, run }]) => {
      if (!(weight > 0 && Number.isFinite(weight))) {
        throw errors.HP_LOAD_OPTION({
          option: `weight of ${name}`,
          given: weight,
          allowed: 'a number above 0',
        })
      }
      return [name, { name, weight, origin: null, setup: setup ?? null, run }]
    },
  )
  return Object.fromEntries(scenarios) as Record<Name, Scenario>
}

/**
 * The scenario called `name`.
 * @throws HP_LOAD_SCENARIO_UNKNOWN listing those there are
 */
export function chooseScenario(scenarios: Readonly<Record<string, Scenario>>, name: string): Scenario {
  if (Object.hasOwn(scenarios, name)) return scenarios[name]!
  const known = Object.keys(scenarios).join(', ') || 'none'
  throw errors.HP_LOAD_SCENARIO_UNKNOWN({ given: name, known })
}

interface LooseOptions extends StepOptions {
  params?: Record<string, string | number>
  query?: Readonly<Record<string, string | number | boolean | undefined>>
}

function buildRequest(declared: Route | undefined, pattern: string, options: LooseOptions): Step {
  if (!declared) throw errors.HP_LOAD_ROUTE_UNKNOWN({ given: pattern })
  const segments = declared.segments.map((segment) => {
    if (!segment.startsWith(':')) return segment
    const name = segment.slice(1)
    const value = String(options.params?.[name] ?? '')
    if (value === '') throw errors.HP_LOAD_PARAM_MISSING({ route: pattern, name })
    return encodeURIComponent(value)
  })
  const path = `/${segments.join('/')}${queryOf(options.query)}`
  return createStep(pattern, { method: declared.method, path }, options)
}

function queryOf(query: LooseOptions['query']): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.append(name, String(value))
  }
  return search.size === 0 ? '' : `?${search.toString()}`
}
