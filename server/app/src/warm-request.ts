import type { IncomingMessage } from 'node:http'
import { appErrors } from './errors.ts'
import { parseJsonBody, readJsonBody, type Refuse } from './json-body.ts'

/** Which declared tasks to run, and how many loads at a time. */
export interface WarmRequest {
  /** @default all */
  names?: readonly string[]
  concurrency?: number
}

/** More would only queue before the database. */
const mostAtOnce = 256

const refuse: Refuse = (problem, cause) => appErrors.HP_WARM_INVALID({ problem }, { cause })

/**
 * Reads the JSON body of a request to warm; `known` are the tasks that there are.
 * @throws HP_WARM_INVALID saying which part cannot be read
 */
export async function readWarm(request: IncomingMessage, known: readonly string[]): Promise<WarmRequest> {
  return warmOf(await readJsonBody(request, refuse), known)
}

/** The same, from the text of the body. */
export function parseWarm(body: string, known: readonly string[]): WarmRequest {
  return warmOf(parseJsonBody(body, refuse), known)
}

function warmOf({ names, concurrency }: Record<string, unknown>, known: readonly string[]): WarmRequest {
  if (known.length === 0) throw refuse('this application declares nothing to warm')
  if (
    names !== undefined &&
    !(Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string'))
  ) {
    throw refuse('"names" is not a list of names')
  }
  const unknown = names?.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw refuse(`there is no task ${JSON.stringify(unknown)} among ${known.join(', ')}`)
  }
  if (concurrency !== undefined && !isCount(concurrency)) {
    throw refuse(`"concurrency" is not a whole number from 1 to ${mostAtOnce}`)
  }
  return {
    ...(names !== undefined && { names }),
    ...(concurrency !== undefined && { concurrency: concurrency as number }),
  }
}

const isCount = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostAtOnce
