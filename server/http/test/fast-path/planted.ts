import type { Server } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** A server that is wrong in one way: what it makes of the bytes that come in, and of those that go out. */
export interface Mistake {
  readonly reads?: (bytes: string) => string
  readonly writes?: (bytes: string) => string
}

/** Mistakes that a parser or a writer of its own might make, each to be found. */
export const mistakes: Readonly<Record<string, Mistake>> = {
  'takes a line feed alone for the end of a line': {
    reads: (bytes) => bytes.replaceAll(/(?<!\r)\n/g, '\r\n'),
  },
  'takes a carriage return alone for the end of a line': {
    reads: (bytes) => bytes.replaceAll(/\r(?!\n)/g, '\r\n'),
  },
  'joins folded lines': { reads: (bytes) => bytes.replaceAll(/\r\n[ \t]+/g, ' ') },
  'drops NUL': { reads: (bytes) => bytes.replaceAll('\0', '') },
  'takes a space before a colon': { reads: (bytes) => bytes.replaceAll(/ +:/g, ':') },
  'skips spaces before a request': { reads: (bytes) => bytes.replace(/^[ \t]+(?=[A-Z]+ )/, '') },
  'skips the body of a GET': {
    reads: (bytes) => bytes.replaceAll(/(?<=GET [^]*)\r\nContent-Length: \d+/gi, ''),
  },
  'does not know chunks': { reads: (bytes) => bytes.replaceAll(/\r\nTransfer-Encoding: chunked/gi, '') },
  'takes the first of two hosts': {
    reads: (bytes) => bytes.replaceAll(/(\r\nHost: [^\r]*)\r\nHost: [^\r]*/g, '$1'),
  },
  'needs no host': {
    reads: (bytes) => bytes.replaceAll(/ HTTP\/1\.1\r\n(?![^]*Host)/gi, ' HTTP/1.1\r\nHost: a.test\r\n'),
  },
  'trims the host': { reads: (bytes) => bytes.replaceAll(/(Host: a\.test)[^\r]+/g, '$1') },
  'takes small letters for a method': { reads: (bytes) => bytes.replaceAll(/\bget (?=\/)/g, 'GET ') },
  'takes HEAD for GET': { reads: (bytes) => bytes.replaceAll(/\bHEAD (?=\/)/g, 'GET ') },
  'takes HTTP/1.0 for HTTP/1.1': { reads: (bytes) => bytes.replaceAll('HTTP/1.0\r\n', 'HTTP/1.1\r\n') },
  'takes any version': { reads: (bytes) => bytes.replaceAll(/HTTP\/1\.2/g, 'HTTP/1.1') },
  'takes an absolute target for a path': {
    reads: (bytes) => bytes.replaceAll(/(?<=GET )http:\/\/[^/ ]+/g, ''),
  },
  'cuts off fragments': { reads: (bytes) => bytes.replaceAll(/#\w+(?= HTTP)/g, '') },
  'decodes the path': { reads: (bytes) => bytes.replaceAll('%6A', 'j') },
  'resolves dots': { reads: (bytes) => bytes.replaceAll('/hit/../', '/') },
  'drops an empty query': { reads: (bytes) => bytes.replaceAll('? HTTP', ' HTTP') },
  'does not know Range': { reads: (bytes) => bytes.replaceAll(/\r\nRange: [^\r]*/g, '') },
  'does not know If-None-Match': { reads: (bytes) => bytes.replaceAll(/\r\nIf-None-Match: [^\r]*/g, '') },
  'does not know If-Modified-Since': {
    reads: (bytes) => bytes.replaceAll(/\r\nIf-Modified-Since: [^\r]*/g, ''),
  },
  'does not know Vary': { reads: (bytes) => bytes.replaceAll(/\r\nAccept-Language: [^\r]*/g, '') },
  'does not know Cookie': { reads: (bytes) => bytes.replaceAll(/\r\nCookie: [^\r]*/g, '') },
  'does not know codings': { reads: (bytes) => bytes.replaceAll(/\r\nAccept-Encoding: [^\r]*/g, '') },
  'takes no weights of codings': {
    reads: (bytes) => bytes.replaceAll(';q=0.5, br;q=0, zstd;q=0.8', ', br, zstd'),
  },
  'does not know Authorization': { reads: (bytes) => bytes.replaceAll(/\r\nAuthorization: [^\r]*/g, '') },
  'does not know what is forwarded': {
    reads: (bytes) => bytes.replaceAll(/\r\nX-Forwarded-\w+: [^\r]*/g, ''),
  },
  'does not know overrides': {
    reads: (bytes) => bytes.replaceAll(/\r\nX-HTTP-Method-Override: [^\r]*/g, ''),
  },
  'does not know Expect': { reads: (bytes) => bytes.replaceAll(/\r\nExpect: [^\r]*/g, '') },
  'keeps what is to be closed': { reads: (bytes) => bytes.replaceAll(/\r\nConnection: close/g, '') },
  'takes any size': { reads: (bytes) => bytes.replaceAll(/a{16000,}/g, 'a') },
  'says another age': { writes: (bytes) => bytes.replace('\r\nAge: 0', '\r\nAge: 5') },
  'leaves a line out': { writes: (bytes) => bytes.replace(/\r\nCache-Status: [^\r]*/, '') },
  'says lines in another order': {
    writes: (bytes) => bytes.replace(/\r\n(Age: [^\r]*)\r\n([^\r]+)/, '\r\n$2\r\n$1'),
  },
  'changes a byte of a body': { writes: (bytes) => bytes.replace('council', 'counciL') },
  'refuses with other words': { writes: (bytes) => bytes.replace('400 Bad Request', '400 bad request') },
}

/** Lets a server make the mistake of the moment: what its connections read and write goes through it, piece by piece. */
export function make(mistake: () => Mistake): (server: Server) => void {
  return (server) => {
    const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean
    const mistaken = (event: string | symbol, ...args: unknown[]) => {
      const [socket] = args
      if (event !== 'connection' || !(socket instanceof Socket)) return emit(event, ...args)
      const { reads = same, writes = same } = mistake()
      return emit('connection', between(socket, { reads, writes }))
    }
    Object.assign(server, { emit: mistaken })
  }
}

const same = (bytes: string) => bytes

function between(socket: Socket, { reads, writes }: Required<Mistake>): Duplex {
  const stream = new Duplex({
    allowHalfOpen: true,
    read() {},
    write(part: Buffer, _encoding, done) {
      socket.write(writes(part.toString('latin1')), 'latin1', done)
    },
    final: (done) => void socket.end(done),
    destroy(_error, done) {
      socket.destroy()
      done(null)
    },
  })
  // As a socket has it, for node:http to close with.
  Object.assign(stream, {
    destroySoon() {
      if (stream.writable) stream.end()
      if (stream.writableFinished) stream.destroy()
      else stream.once('finish', () => stream.destroy())
    },
  })
  socket.on('data', (part: Buffer) => stream.push(Buffer.from(reads(part.toString('latin1')), 'latin1')))
  socket.on('end', () => stream.push(null))
  socket.on('error', () => stream.destroy()).on('close', () => stream.destroy())
  return stream
}
