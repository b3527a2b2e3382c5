import type { ServerResponse } from 'node:http'

/** Of `write` and `end`, which may be told when they are done. */
function callBack(args: readonly unknown[]): void {
  const callback = args.find((argument) => typeof argument === 'function')
  if (callback) process.nextTick(callback)
}

function write(...args: unknown[]): boolean {
  callBack(args)
  return true
}

function end(this: ServerResponse, ...args: unknown[]): ServerResponse {
  callBack(args)
  return this
}

function ignore(this: ServerResponse): ServerResponse {
  return this
}

const silent = {
  setHeader: ignore,
  setHeaders: ignore,
  appendHeader: ignore,
  removeHeader: ignore,
  writeHead: ignore,
  flushHeaders: ignore,
  addTrailers: ignore,
  write,
  end,
}

/**
 * From here on, whatever a handler writes is dropped: its request was answered for it. It is told no error (of an
 * answer that began twice it could know nothing), and finds `headersSent` and `writableEnded` true.
 */
export function dropLateAnswer(response: ServerResponse): void {
  Object.assign(response, silent)
}
