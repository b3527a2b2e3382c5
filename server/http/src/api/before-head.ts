import type { ServerResponse } from 'node:http'
import { applyHead } from '../header-forms.ts'

/**
 * Changes a head just before it goes out, whichever way the handler writes it. It may be asked more than once for one
 * head: what stands in front may hold a head back. On the instance, because Express replaces the prototype.
 */
export function beforeHead(response: ServerResponse, change: (response: ServerResponse) => void): void {
  const writeHead = response.writeHead as (...args: unknown[]) => ServerResponse
  response.writeHead = function (this: ServerResponse, status: number, ...given: [unknown?, unknown?]) {
    if (this.headersSent) return writeHead.call(this, status, ...given)
    applyHead(this, status, given)
    change(this)
    return writeHead.call(this, status)
  }
}

/** Adds a member to a header that is a list, unless it is there. */
export function addToList(response: ServerResponse, name: string, member: string): void {
  const said = [response.getHeader(name) ?? []].flat().map(String).join(', ')
  const isThere = said.split(',').some((one) => one.trim().toLowerCase() === member.toLowerCase())
  if (!isThere) response.setHeader(name, said === '' ? member : `${said}, ${member}`)
}
