import type { Duration } from '@hotpath/core'
import type { LoadOptions } from '@hotpath/load'
import { cliErrors } from '../errors.ts'
import { sendingOf, type ShapeFlags, shapeOf } from './shape-flags.ts'
import type { LoadTarget } from './target.ts'

/** What the command line says of a run; what is undefined was not given. */
export interface RunFlags extends ShapeFlags {
  origin?: string
  rate?: number
  duration?: Duration
  warmup?: Duration
  connections: number
  arrivals: string
  timeout?: Duration
  seed: number
  budget: readonly string[]
}

const defaults = { origin: 'http://127.0.0.1:4000', rate: 50, duration: '10s', warmup: '1s' } as const

/**
 * The options of a run. A flag wins over what an imported script says; what neither says has the command's default.
 * @throws HP_OPTION_INVALID
 */
export function runOptions({ scenarios, imported }: LoadTarget, flags: RunFlags): LoadOptions {
  const script = imported?.options ?? {}
  const shape = shapeOfRun(script, flags)
  const origin =
    flags.origin ?? (scenarios.every((scenario) => scenario.origin !== null) ? undefined : defaults.origin)
  return given({
    ...shape,
    ...sendingOf(flags),
    scenarios,
    origin,
    ...(shape.model === 'closed' ? {} : { arrivals: readArrivals(flags.arrivals) }),
    connections: flags.connections,
    timeout: flags.timeout ?? script.timeout ?? '10s',
    seed: flags.seed,
    budgets: [...(script.budgets ?? []), ...flags.budget],
  })
}

type Options = { [Key in keyof LoadOptions]: LoadOptions[Key] | undefined }

/** A flag that gives the load another shape takes the place of the script's stages. */
function shapeOfRun(script: Partial<LoadOptions>, flags: RunFlags): Partial<Options> {
  const { rate, duration, warmup } = flags
  const flagged = shapeOf(flags)
  const reshaped = flagged !== null || rate !== undefined || duration !== undefined
  if (!reshaped && (script.stages ?? script.iterations)) return script
  const { model = 'open', ...shape } = flagged ?? {}
  if (model === 'closed' && rate !== undefined) {
    const expected = 'left out: users who wait for answers have no rate'
    throw cliErrors.HP_OPTION_INVALID({ option: '--rate', given: String(rate), expected })
  }
  const hasOwnLength = [shape.stages, shape.trace, shape.iterations].some((one) => one !== undefined)
  const hasRate = model === 'open' && shape.stages === undefined && shape.trace === undefined
  return {
    ...script,
    stages: undefined,
    iterations: undefined,
    users: undefined,
    ...shape,
    model,
    rate: hasRate ? (rate ?? defaults.rate) : undefined,
    duration: duration ?? (hasOwnLength ? undefined : defaults.duration),
    warmup: warmup ?? (shape.iterations === undefined ? defaults.warmup : undefined),
  }
}

/** Without the entries that are undefined. */
function given(options: Options): LoadOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as LoadOptions
}

function readArrivals(arrivals: string): 'uniform' | 'poisson' {
  if (arrivals === 'uniform' || arrivals === 'poisson') return arrivals
  throw cliErrors.HP_OPTION_INVALID({ option: '--arrivals', given: arrivals, expected: 'uniform or poisson' })
}
