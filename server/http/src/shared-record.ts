import { Buffer } from 'node:buffer'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { Ingredients } from './stored-response.ts'

/** What of a response is written into Redis, apart from its tags and its ends, which are the record's own. */
export interface SharedResponse extends Omit<Ingredients, 'bound' | 'at' | 'body'> {
  readonly body: Buffer
  readonly key: string
  readonly url: string
  readonly target: string
  /** When its head was written, in milliseconds since 1970 by the clock of Redis. */
  readonly at: number
  /** Names the responses that other requests for its target choose: see shared-place.ts. */
  readonly set: string
}

type Head = Omit<SharedResponse, 'body'>

/** Letters of a record's format: a response, and the marker of one that could not be stored. */
export const wholeResponse = 'R'
export const unstorable = 'U'

const lengthBytes = 4

/** A response as bytes: the length of the head, the head as JSON, the body as it is. */
export function encodeResponse({ body, ...head }: SharedResponse): Buffer {
  const text = Buffer.from(JSON.stringify(head satisfies Head))
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(text.byteLength)
  return Buffer.concat([length, text, body])
}

/**
 * Reads what Redis holds; undefined for anything that could not be written to a client. The bytes may be part of a
 * larger buffer: the body is a copy.
 */
export function decodeResponse(bytes: Uint8Array): SharedResponse | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.byteLength < lengthBytes) return undefined
  const bodyAt = lengthBytes + buffer.readUInt32BE()
  if (bodyAt > buffer.byteLength) return undefined
  const head = readHead(buffer.toString('utf8', lengthBytes, bodyAt))
  return head && { ...head, body: Buffer.from(buffer.subarray(bodyAt)) }
}

function readHead(text: string): Head | undefined {
  try {
    const head: unknown = JSON.parse(text)
    return isHead(head) ? withAbsences(head) : undefined
  } catch {
    return undefined
  }
}

/** What JSON leaves out. */
function withAbsences(given: Head): Head {
  const { head } = given
  const { etag, lastModified } = head.validators
  const { date } = head
  return {
    ...given,
    head: { ...head, date, contentLength: undefined, validators: { etag, lastModified } },
  }
}

type Unknown<T> = { readonly [Name in keyof T]?: unknown }

/** Whether every part is of its type; throws for what has no such parts at all. */
function isHead(given: unknown): given is Head {
  const { head, terms, madeWith, ...rest } = given as { [Name in keyof Head]: Unknown<Head[Name]> }
  const { validators } = head as { validators: Unknown<Head['head']['validators']> }
  return (
    [rest.key, rest.url, rest.target, rest.route, rest.set].every(isText) &&
    [rest.at, terms.freshMs, terms.staleMs, terms.errorMs, terms.ageMs].every(Number.isFinite) &&
    [rest.isDeclaredPublic, terms.mayBeStale, terms.isPublic, terms.allowsCookies].every(isFlag) &&
    [madeWith.authorization, madeWith.cookie, head.hasOwnTag].every(isFlag) &&
    isVary(terms.vary, rest.varyValues) &&
    isStatus(head.status, head.statusMessage) &&
    [validators.etag, validators.lastModified, head.date].every((one) => one === undefined || isText(one)) &&
    Array.isArray(head.headers) &&
    head.headers.every(isHeader)
  )
}

const isText = (given: unknown): given is string => typeof given === 'string'
const isFlag = (given: unknown) => typeof given === 'boolean'

function isVary(names: unknown, values: unknown): boolean {
  if (!Array.isArray(names) || !Array.isArray(values) || names.length !== values.length) return false
  return names.every(isText) && values.every((value) => value === null || isText(value))
}

/** A final status, and a reason phrase that Node would write. */
function isStatus(status: unknown, message: unknown): boolean {
  if (!isText(message) || !/^[\t\u0020-\u007E\u0080-\u00FF]*$/.test(message)) return false
  return Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599
}

/** Throws for a name or value that no header may have. */
function isHeader(pair: unknown): boolean {
  const [name, value] = pair as [unknown, unknown]
  if (!isText(name) || !isText(value)) return false
  validateHeaderName(name)
  validateHeaderValue(name, value)
  return true
}
