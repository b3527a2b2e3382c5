import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Frames looked at: an ORM puts a dozen of its own between the application and the driver. */
const depth = 40

/** In the repository our packages lie beside the application, not below node_modules. */
const ownFolder = path.resolve(import.meta.dirname, '../../..') + path.sep

/**
 * Where in the application the caller stands: `apps/civicq/src/api/ballots.ts:31`, relative to the working folder.
 * Null when no frame is the application's (an ORM that runs its statement in a microtask of its own, such as an awaited
 * Drizzle builder, leaves none). About 20 µs: to be sampled.
 */
export function callSite(): string | null {
  const before = Error.stackTraceLimit
  const holder: { stack?: string } = {}
  Error.stackTraceLimit = depth
  Error.captureStackTrace(holder, callSite)
  const stack = holder.stack ?? ''
  Error.stackTraceLimit = before
  return siteIn(stack)
}

/** The first frame of a stack trace that is the application's. */
export function siteIn(stack: string): string | null {
  for (const line of stack.split('\n')) {
    const found = /(?:\(|at |at async )(file:\/\/[^()]+|\/[^()]+|[A-Za-z]:\\[^()]+):(\d+):\d+\)?$/.exec(line)
    if (!found) continue
    const [, place = '', row] = found
    const file = place.startsWith('file:') ? fileURLToPath(place) : place
    if (isApplication(file)) return `${path.relative('', file)}:${row}`
  }
  return null
}

function isApplication(file: string): boolean {
  if (file.includes(`${path.sep}node_modules${path.sep}`)) return false
  if (!file.startsWith(ownFolder)) return true
  return !/^[^/\\]+[/\\](src|dist)[/\\]/.test(file.slice(ownFolder.length))
}
