import type { Duration } from '@hotpath/core'
import type { LoadOptions } from '@hotpath/load'
import { cliErrors } from '../errors.ts'
import type { LoadTarget } from './target.ts'

/** What the command line says of a run; what is undefined was not given. */
export interface RunFlags {
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
  const { rate, duration, warmup, timeout } = flags
  const script = imported?.options ?? {}
  // A flag that gives the load another shape takes the place of the script's stages.
  const reshaped = rate !== undefined || duration !== undefined
  const shape =
    !reshaped && (script.stages ?? script.iterations)
      ? script
      : {
          ...script,
          model: 'open' as const,
          stages: undefined,
          iterations: undefined,
          users: undefined,
          rate: rate ?? defaults.rate,
          duration: duration ?? defaults.duration,
          warmup: warmup ?? defaults.warmup,
        }
  const origin =
    flags.origin ?? (scenarios.every((scenario) => scenario.origin !== null) ? undefined : defaults.origin)
  return given({
    ...shape,
    scenarios,
    origin,
    ...(shape.model === 'closed' ? {} : { arrivals: readArrivals(flags.arrivals) }),
    connections: flags.connections,
    timeout: timeout ?? script.timeout ?? '10s',
    seed: flags.seed,
    budgets: [...(script.budgets ?? []), ...flags.budget],
  })
}

/** Without the entries that are undefined. */
function given(options: { [Key in keyof LoadOptions]: LoadOptions[Key] | undefined }): LoadOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as LoadOptions
}

function readArrivals(arrivals: string): 'uniform' | 'poisson' {
  if (arrivals === 'uniform' || arrivals === 'poisson') return arrivals
  throw cliErrors.HP_OPTION_INVALID({ option: '--arrivals', given: arrivals, expected: 'uniform or poisson' })
}
