import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type HttpRequestMessage, httpChannels } from '@hotpath/http'
import { expect } from 'vitest'

/** Collects what is published while `act` runs, for as many requests as it made. */
export async function published(
  expected: number,
  act: () => Promise<unknown>,
): Promise<HttpRequestMessage[]> {
  const messages: HttpRequestMessage[] = []
  const hear = (message: unknown) => void messages.push(message as HttpRequestMessage)
  subscribe(httpChannels.request, hear)
  try {
    await act()
    await expect.poll(() => messages.length).toBe(expected)
  } finally {
    unsubscribe(httpChannels.request, hear)
  }
  return messages
}

/** A message on one line, without its duration. */
export const said = ({ method, route, status, bytes, cache }: HttpRequestMessage) =>
  [method, route, status, bytes, cache].join(' | ')
