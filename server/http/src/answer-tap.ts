import type { ServerResponse } from 'node:http'
import { isChunk, type Part, partOf } from './chunk.ts'
import { nativeMethods } from './exchange.ts'
import { applyHead } from './header-forms.ts'

/** What is told of an answer while its handler writes it. */
export interface AnswerTap {
  /** A part of the body, to be copied at once or never. */
  part(part: Part): void
  /** The handler has ended it. @default nobody is told */
  ended?(): void
}

/**
 * Shows an answer to somebody beside its client, on the instance, because Express replaces the prototype. All its
 * headers can then be read from the response, those that are given to writeHead, too.
 */
export function tapAnswer(response: ServerResponse, tap: AnswerTap): void {
  const native = nativeMethods(response)
  let isNested = false
  let hasEnded = false

  function see([chunk, encoding]: readonly unknown[]): void {
    if (!isNested && !hasEnded && isChunk(chunk)) tap.part(partOf(chunk, encoding))
  }

  /** Node's own end calls write, and its chunk would be seen twice. */
  function callNested<R>(method: (...args: unknown[]) => R, args: unknown[]): R {
    const wasNested = isNested
    isNested = true
    try {
      return method.apply(response, args)
    } finally {
      isNested = wasNested
    }
  }

  Object.assign(response, {
    writeHead(status: number, ...given: [unknown?, unknown?]) {
      if (response.headersSent) return native.writeHead.call(response, status, ...given)
      applyHead(response, status, given)
      return native.writeHead.call(response, status)
    },
    write(...args: unknown[]) {
      see(args)
      return callNested(native.write, args)
    },
    end(...args: unknown[]) {
      see(args)
      const returned = callNested(native.end, args)
      if (!hasEnded) {
        hasEnded = true
        tap.ended?.()
      }
      return returned
    },
  })
}
