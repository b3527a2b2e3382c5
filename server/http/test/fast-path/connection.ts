import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { httpChannels, type HttpRequestMessage } from '@hotpath/http'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Serving, serve, type ServingOptions } from '../serving.ts'

/** A server whose hits are answered from the socket. */
export function serveFast(listener: RequestListener, options: ServingOptions = {}): Promise<Serving> {
  return serve(listener, {
    build(cache) {
      const server = http.createServer(listener)
      cache.attach(server, { fastPath: true })
      return server
    },
    ...options,
  })
}

/** One connection, byte by byte in the test's hands. */
export interface Connection extends AsyncDisposable {
  send(bytes: string): void
  /** All that came, in Latin-1, as soon as it holds `text`, or the connection has ended. */
  until(text: string): Promise<string>
  /** Sends, and waits for what ends the answer. */
  ask(bytes: string, end: string): Promise<string>
  /** All that came until the server closed it. */
  closed(): Promise<string>
  /** The client will send no more. */
  half(): void
}

export async function open({ port }: Serving): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setEncoding('latin1')
  const came = { text: '', isOver: false }
  let wake = () => {}
  socket.on('data', (more: string) => {
    came.text += more
    wake()
  })
  socket.on('error', () => {})
  for (const event of ['end', 'close']) {
    socket.on(event, () => {
      came.isOver = true
      wake()
    })
  }
  await once(socket, 'connect')
  const change = () => new Promise<void>((resolve) => (wake = resolve))
  async function until(wanted: string, from = 0): Promise<string> {
    while (!came.text.includes(wanted, from) && !came.isOver) await change()
    return came.text
  }
  return {
    send: (bytes) => void socket.write(bytes, 'latin1'),
    until,
    async ask(bytes, end) {
      const { length: from } = came.text
      socket.write(bytes, 'latin1')
      return (await until(end, from)).slice(from)
    },
    async closed() {
      while (!came.isOver) await change()
      return came.text
    },
    half: () => void socket.end(),
    async [Symbol.asyncDispose]() {
      socket.destroy()
    },
  }
}

/** Hears how each finished request was answered: `socket hit`, `node miss`. */
export function listen(): { heard: string[] } & Disposable {
  const heard: string[] = []
  const hear = (message: unknown) => {
    const { request, cache } = message as HttpRequestMessage
    heard.push(`${request instanceof http.IncomingMessage ? 'node' : 'socket'} ${cache}`)
  }
  subscribe(httpChannels.request, hear)
  return { heard, [Symbol.dispose]: () => void unsubscribe(httpChannels.request, hear) }
}

/** A plain GET. */
export const get = (path: string, ...fields: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${['Host: a.example', ...fields].map((field) => `${field}\r\n`).join('')}\r\n`
