import { createHmac } from 'node:crypto'

/** The header that carries when a message was signed, and its signature: `t=1700000000,v1=<hex>`. */
export const signatureHeader = 'hotpath-signature'

/**
 * Signs `timestamp.body` with HMAC-SHA256 (RFC 2104). The timestamp, in seconds since 1970, is signed too, so that a
 * receiver can refuse what is old: a message that was overheard cannot be sent again later.
 */
export function signatureOf(body: string, { secret, seconds }: { secret: string; seconds: number }): string {
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${digest}`
}
