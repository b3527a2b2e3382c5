import { kindOf } from './object-kind.ts'

/** `json`: JSON brings back the same value; `structured`: V8's structured clone does; `unwritable`: neither. */
export type ValueForm = 'json' | 'structured' | 'unwritable'

/** Walks the value once, without recursion. What is reached twice is for the structured clone, which keeps it one. */
export function formFor(value: unknown): ValueForm {
  const seen = new Set<object>()
  const unread: object[] = []
  let isJson = true
  let isWritable = true

  function visit(part: unknown): void {
    if (typeof part === 'object') {
      if (part !== null) unread.push(part)
    } else if (typeof part === 'number') {
      if (!Number.isFinite(part) || Object.is(part, -0)) isJson = false
    } else if (typeof part === 'bigint' || part === undefined) {
      isJson = false
    } else if (typeof part === 'function' || typeof part === 'symbol') {
      isWritable = false
    }
  }

  function open(object: object): void {
    const kind = kindOf(object)
    if (kind === 'plain') {
      for (const part of Object.values(object)) if (part !== undefined) visit(part)
    } else if (kind === 'array') {
      openArray(object as unknown[])
    } else if (kind === 'map') {
      for (const pair of object as Map<unknown, unknown>) pair.forEach(visit)
    } else if (kind === 'set') {
      for (const part of object as Set<unknown>) visit(part)
    } else if (kind === 'unwritable') {
      isWritable = false
    }
    if (kind !== 'plain' && kind !== 'array') isJson = false
  }

  function openArray(array: readonly unknown[]): void {
    for (let index = 0; index < array.length; index++) {
      const part = array[index]
      if (part === undefined) {
        // Null in JSON, as a hole would be; and where all are holes, only what is there is worth a look.
        isJson = false
        Object.values(array).forEach(visit)
        return
      }
      visit(part)
    }
  }

  visit(value)
  for (let next = unread.pop(); next !== undefined && isWritable; next = unread.pop()) {
    if (seen.has(next)) {
      isJson = false
    } else {
      seen.add(next)
      open(next)
    }
  }
  if (!isWritable) return 'unwritable'
  return isJson ? 'json' : 'structured'
}
