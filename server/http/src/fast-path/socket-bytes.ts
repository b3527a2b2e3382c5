import { Buffer } from 'node:buffer'
import { Socket } from 'node:net'

/** Gets the bytes that a read brought. They are there until it returns: whoever keeps any copies them. */
export type OnBytes = (this: Socket, bytes: Buffer) => void

/** What `net.Socket` does with its option `onread`, here of a socket that somebody else has made. */
type ReadSocket = Socket & {
  readonly _handle?: { useUserBuffer(buffer: Buffer): void } | null
  [property: symbol]: unknown
}

/** Called by a socket with a count of bytes, and itself as `this`; false stops the reading until somebody asks again. */
type OnRead = (this: Socket, length: number) => boolean

/** All that one read can bring, for all sockets: nothing of it is there longer than the call that tells of it. */
const room = Buffer.allocUnsafeSlow(64 * 1024)
let last = room.subarray(0, 0)

/** Requests of one client are most often of one length. */
function bytesRead(length: number): Buffer {
  if (last.length !== length) last = room.subarray(0, length)
  return last
}

const modes = findModes()

/** Where Node keeps the two parts of `onread`; undefined in versions that keep them elsewhere. */
function findModes(): { readonly buffer: symbol; readonly callback: symbol } | undefined {
  const callback = () => true
  const probe = new Socket({ onread: { buffer: room, callback } }) as ReadSocket
  const find = (value: unknown) => Object.getOwnPropertySymbols(probe).find((key) => probe[key] === value)
  const [buffer, at] = [find(room), find(callback)]
  return buffer && at ? { buffer, callback: at } : undefined
}

/** Whether sockets can be read past their streams in this version of Node. */
export const canReadPastStreams = modes !== undefined

/**
 * Makes what takes a socket's bytes past its stream: without a buffer of 64 KiB, an object and a turn of the stream for
 * each read. A pause then stops the reading at once.
 */
export function createSocketReader(onBytes: OnBytes): (socket: Socket) => void {
  const onRead: OnRead = function (length) {
    onBytes.call(this, bytesRead(length))
    return true
  }
  return (socket) => {
    const known = socket as ReadSocket
    const { _handle: handle } = known
    known[modes!.buffer] = room
    known[modes!.callback] = onRead
    handle!.useUserBuffer(room)
  }
}

/** Gives the bytes of a socket to its stream again, and so to whoever listens to it. */
export function readThroughStream(socket: Socket): void {
  ;(socket as ReadSocket)[modes!.callback] = pushRead
}

const pushRead: OnRead = function (length) {
  return this.push(Buffer.from(bytesRead(length)))
}

/** Whether somebody reads the stream of a socket. */
export function isStreamRead(socket: Socket): boolean {
  return socket.listenerCount('data') > 0 || socket.listenerCount('readable') > 0
}
