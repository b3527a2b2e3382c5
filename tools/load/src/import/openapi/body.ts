import { isRecord } from '../document.ts'
import type { OutlinedRequest } from '../outline.ts'
import type { Resolve } from './reference.ts'
import { sampleOf } from './sample.ts'

/** The body of an operation, or why it has none that could be sent. */
export function bodyOf(given: unknown, resolve: Resolve): OutlinedRequest['body'] | string {
  if (given === undefined) return {}
  const described = resolve(given)
  const content = isRecord(described?.content) ? described.content : null
  if (content === null) return 'its body is not described'
  const types = Object.keys(content)
  const type = types.find((name) => kindOf(name) !== null)
  if (type === undefined) {
    if (described?.required !== true) return {}
    return `its body is of ${types.join(', ') || 'no type'}, and JSON, forms and text can be made`
  }
  const value = sampleOf(content[type], resolve)
  if (value === undefined) {
    return described?.required === true ? 'nothing is known of its body: give it an example' : {}
  }
  return encode(kindOf(type)!, value) ?? 'its form is no object'
}

type Kind = 'json' | 'form' | 'multipart' | 'body'

function kindOf(type: string): Kind | null {
  if (/^application\/(?:json|[\w.-]+\+json)\b/i.test(type)) return 'json'
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return 'form'
  if (/^multipart\/form-data\b/i.test(type)) return 'multipart'
  return /^text\/plain\b/i.test(type) ? 'body' : null
}

function encode(kind: Kind, value: unknown): OutlinedRequest['body'] | null {
  if (kind === 'json') return { json: value }
  if (kind === 'body') return { body: textOf(value) }
  if (!isRecord(value)) return null
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, textOf(field)]))
  return kind === 'form' ? { form: fields } : { multipart: fields }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
