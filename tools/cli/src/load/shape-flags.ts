import type { Duration } from '@hotpath/core'
import type { LoadOptions, RateStage, UserStage } from '@hotpath/load'
import { cliErrors } from '../errors.ts'
import { duration } from '../options.ts'

/** What the command line says of the load's shape and of how it is sent; what is undefined was not given. */
export interface ShapeFlags {
  /** Closed model with that many users. */
  users?: number
  /** `10s:100,1m:500`; of users where the model is closed. */
  stages?: string
  /** A file of recorded arrivals. */
  trace?: string
  think?: Duration
  iterations?: number
  model?: string
  keepAlive: boolean
  compression?: boolean
  insecure?: boolean
  /** `name: value` each. */
  header: readonly string[]
  redirects?: number
}

type Shape = Pick<LoadOptions, 'model' | 'users' | 'stages' | 'trace' | 'think' | 'iterations'>
type Sending = Pick<LoadOptions, 'keepAlive' | 'compression' | 'insecure' | 'headers' | 'redirects'>

/**
 * The shape that the flags give a load, or null when they give none.
 * @throws HP_OPTION_INVALID
 */
export function shapeOf(flags: ShapeFlags): Shape | null {
  const { users, stages, trace, think, iterations } = flags
  const model = readModel(flags)
  const isGiven = [flags.model, users, stages, trace, think, iterations].some((flag) => flag !== undefined)
  if (!isGiven) return null
  return {
    model,
    ...(users !== undefined && { users }),
    ...(stages !== undefined && { stages: readStagesFlag(stages, model) }),
    ...(trace !== undefined && { trace }),
    ...(think !== undefined && { think }),
    ...(iterations !== undefined && { iterations }),
  }
}

/**
 * How the flags want requests to be sent.
 * @throws HP_OPTION_INVALID
 */
export function sendingOf(flags: ShapeFlags): Sending {
  const { keepAlive, compression, insecure, header, redirects } = flags
  return {
    ...(!keepAlive && { keepAlive }),
    ...(compression && { compression }),
    ...(insecure && { insecure }),
    ...(redirects !== undefined && { redirects }),
    ...(header.length > 0 && { headers: Object.fromEntries(header.map(readHeader)) }),
  }
}

/** Users, pauses and iterations belong to the closed model. */
function readModel({ model, users, think, iterations }: ShapeFlags): 'open' | 'closed' {
  const isClosed = users !== undefined || think !== undefined || iterations !== undefined
  if (model === undefined) return isClosed ? 'closed' : 'open'
  if (model === 'closed' || (model === 'open' && !isClosed)) return model
  const expected = isClosed ? 'closed, beside --users, --think or --iterations' : 'open or closed'
  throw cliErrors.HP_OPTION_INVALID({ option: '--model', given: model, expected })
}

const stageShape = /^\s*([^:]+):\s*(?:([\d.]+)\s*\.\.\s*)?([\d.]+)\s*$/

function readStagesFlag(given: string, model: 'open' | 'closed'): RateStage[] | UserStage[] {
  return given.split(',').map((text) => {
    const [, length = '', from, to] = stageShape.exec(text) ?? []
    if (to === undefined) {
      throw cliErrors.HP_OPTION_INVALID({
        option: '--stages',
        given,
        expected: 'durations and levels such as 10s:100,1m:100..500',
      })
    }
    const stage = {
      duration: duration('--stages')(length.trim()),
      ...(from !== undefined && { from: Number(from) }),
    }
    return model === 'closed' ? { ...stage, users: Number(to) } : { ...stage, rate: Number(to) }
  }) as RateStage[] | UserStage[]
}

function readHeader(given: string): [string, string] {
  const colon = given.indexOf(':')
  if (colon > 0) return [given.slice(0, colon).trim(), given.slice(colon + 1).trim()]
  throw cliErrors.HP_OPTION_INVALID({
    option: '--header',
    given,
    expected: 'a name and a value: "accept: text/html"',
  })
}
