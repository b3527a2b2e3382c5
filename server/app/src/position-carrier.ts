import type { IncomingMessage, ServerResponse } from 'node:http'
import { beforeHead } from '@hotpath/http/api'

/** How a client keeps the place of its last write, and sends it along. */
export type Carrier = 'cookie' | 'header'

export interface PositionCarrier {
  /** What the client sent; null where it sent nothing. */
  read(request: IncomingMessage): string | null
  /** Puts it into the head of the answer; the last of several wins. After the head it is too late. */
  write(request: IncomingMessage, response: ServerResponse, token: string): void
}

export const positionCookie = 'hotpath-position'
export const positionHeader = 'Hotpath-Position'

/** Longer ones are none of ours. */
const longest = 200

/**
 * A cookie that scripts cannot read, for as long as a replica may lack the write: sent after writes alone, so that what
 * is only read stays cacheable (no cache stores an answer with Set-Cookie). Or a header, for clients that keep no
 * cookies: then only answers to methods that are never cached carry it.
 */
export function createCarrier(carrier: Carrier, tokenTtlMs: number): PositionCarrier {
  return carrier === 'cookie' ? cookieCarrier(Math.ceil(tokenTtlMs / 1000)) : headerCarrier()
}

function cookieCarrier(maxAgeSeconds: number): PositionCarrier {
  const found = new RegExp(`(?:^|;)\\s*${positionCookie}=([^;\\s]{0,${longest}})\\s*(?:;|$)`)
  const tokens = new WeakMap<ServerResponse, string>()
  return {
    read: ({ headers }) => found.exec(headers.cookie ?? '')?.[1] ?? null,
    write(request, response, token) {
      const isFirst = !tokens.has(response)
      tokens.set(response, token)
      if (!isFirst) return
      const secure = isSecure(request) ? '; Secure' : ''
      beforeHead(response, () => {
        const others = [response.getHeader('Set-Cookie') ?? []].flat().map(String)
        const ours = `${positionCookie}=${tokens.get(response)}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
        const kept = others.filter((cookie) => !cookie.startsWith(`${positionCookie}=`))
        response.setHeader('Set-Cookie', [...kept, ours])
      })
    },
  }
}

function headerCarrier(): PositionCarrier {
  const name = positionHeader.toLowerCase()
  return {
    read({ headers }) {
      const given = headers[name]
      return typeof given === 'string' ? given : null
    },
    write({ method }, response, token) {
      if (method === 'GET' || method === 'HEAD' || response.headersSent) return
      response.setHeader(positionHeader, token)
    },
  }
}

/** A client that lies about it harms its own cookie alone. */
function isSecure({ headers, socket }: IncomingMessage): boolean {
  if ('encrypted' in socket && socket.encrypted === true) return true
  return /^\s*https\b/i.test(String(headers['x-forwarded-proto'] ?? headers[':scheme'] ?? ''))
}
