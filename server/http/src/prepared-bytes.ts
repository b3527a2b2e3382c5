import { Buffer } from 'node:buffer'
import { Socket } from 'node:net'
import { lengthOf, renew, type Representation, roomBytes, withRoom } from './representation.ts'

/** As it was when this module was loaded: whoever patches it later wants to see what is written. */
const { write: nativeWrite } = Socket.prototype

/** Writes an answer, the lines of its own and those of the form, to a socket on which it is its turn. */
export function sendForm(socket: Socket, form: Representation, front: string): void {
  const known: KnownSocket = socket
  const isFree = socket.writableLength === 0 && front.length <= roomBytes
  if (!isFree || !(known[kWritesAtOnce] ??= writesAtOnce(known))) {
    socket.write(copied(form, front))
    return
  }
  socket.write(inPlace(form, front))
  // The kernel has not taken all of it: what it still has to read is left alone from now on.
  if (socket.writableLength > 0) renew(form)
}

/** The answer in bytes of its own. */
export function copied(form: Representation, front: string): Buffer {
  const whole = Buffer.allocUnsafe(front.length + lengthOf(form) - roomBytes)
  whole.write(front, 0, 'latin1')
  form.bytes.copy(whole, front.length, form.headAt, form.end)
  return whole
}

/** The answer in the form's own bytes: its front in the room before them, right-aligned. */
function inPlace(form: Representation, front: string): Buffer {
  const at = roomBytes - front.length
  const bytes = withRoom(form)
  bytes.write(front, at, 'latin1')
  if (form.view === null || form.viewAt !== at) {
    form.view = bytes.subarray(at)
    form.viewAt = at
  }
  return form.view
}

const kWritesAtOnce = Symbol('hotpath.http.writes-at-once')
type KnownSocket = Socket & { [kWritesAtOnce]?: boolean; readonly _handle?: object | null }

/**
 * Whether a write of which nothing waits afterwards has been read: it has where the kernel takes it. Streams of any
 * other kind may hand on the buffer itself, and TLS may read it later.
 */
export function writesAtOnce(socket: Socket): boolean {
  const { _handle: handle }: KnownSocket = socket
  const kind = handle?.constructor.name
  return socket instanceof Socket && socket.write === nativeWrite && (kind === 'TCP' || kind === 'Pipe')
}
