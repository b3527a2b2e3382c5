import type { IncomingMessage } from 'node:http'
import { parseDuration } from '@hotpath/core'
import type { SilenceWish } from '@hotpath/monitor'
import { appErrors } from './errors.ts'
import { readJsonBody, type Refuse } from './json-body.ts'

const refuse: Refuse = (problem, cause) => appErrors.HP_SILENCE_INVALID({ problem }, { cause })

const longestMs = 30 * 86_400_000
const longestReason = 200
const longestName = 500

/**
 * Reads the JSON body of a silence.
 * @throws HP_SILENCE_INVALID saying which part cannot be read
 */
export async function readSilence(request: IncomingMessage): Promise<SilenceWish> {
  const body = await readJsonBody(request, refuse)
  const { reason } = body
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > longestReason)
    throw refuse(`"reason" is no text of 1 to ${longestReason} characters`)
  return {
    rule: nameOf(body, 'rule'),
    route: nameOf(body, 'route'),
    forMs: lengthOf(body['for']),
    reason: reason.trim(),
  }
}

function nameOf(body: Record<string, unknown>, name: 'rule' | 'route'): string | null {
  const given = body[name]
  if (given === undefined || given === null) return null
  if (typeof given === 'string' && given !== '' && given.length <= longestName) return given
  throw refuse(`"${name}" is no text of 1 to ${longestName} characters`)
}

function lengthOf(given: unknown): number {
  if (typeof given !== 'string') throw refuse('"for" is no length of time')
  let ms: number
  try {
    ms = parseDuration(given)
  } catch (cause) {
    throw refuse('"for" is no length of time', cause)
  }
  if (ms < 0 || ms > longestMs) throw refuse('"for" is longer than 30 days')
  return ms
}
