import type { IncomingMessage } from 'node:http'

/** Makes the error that is thrown, of what is wrong with a body. */
export type Refuse = (problem: string, cause?: unknown) => Error

const largestBody = 64 * 1024

/**
 * Reads the JSON object that a request carries.
 * @throws what `refuse` makes
 */
export async function readJsonBody(
  request: IncomingMessage,
  refuse: Refuse,
): Promise<Record<string, unknown>> {
  // Browsers send other types to other sites without asking first: this one they do not.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw refuse('its content-type is not application/json')
  }
  return parseJsonBody(await readText(request, refuse), refuse)
}

/** The same, from the text of the body; what is no object counts as one without properties. */
export function parseJsonBody(body: string, refuse: Refuse): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (cause) {
    throw refuse('its body is not JSON', cause)
  }
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

async function readText(request: IncomingMessage, refuse: Refuse): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestBody) throw refuse(`its body is over ${largestBody} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
