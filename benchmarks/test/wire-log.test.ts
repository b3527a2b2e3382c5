import { expect, test } from 'vitest'
import { answerTimes } from '../src/load/wire-log.ts'

const server = 8080
const [syn, ack, reset] = [0x02, 0x10, 0x04]

interface Packet {
  /** Milliseconds. */
  at: number
  from: number
  bytes?: number
  flags?: number
  to?: number
}

/** A capture as tcpdump writes it: Ethernet, IPv4 without options, TCP with 12 bytes of options, data cut off. */
function captured(packets: readonly Packet[]): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b23c4d, 0)
  head.writeUInt32LE(1, 20)
  return Buffer.concat([head, ...packets.map(recordOf)])
}

function recordOf({
  at,
  from,
  bytes = 0,
  flags = ack,
  to = from === server ? 50_001 : server,
}: Packet): Buffer {
  const record = Buffer.alloc(16 + 14 + 20 + 32)
  record.writeUInt32LE(Math.floor(at / 1000), 0)
  record.writeUInt32LE(Math.round((at % 1000) * 1e6), 4)
  record.writeUInt32LE(record.length - 16, 8)
  record.writeUInt32LE(record.length - 16 + bytes, 12)
  const ip = 16 + 14
  record[ip] = 0x45
  record.writeUInt16BE(20 + 32 + bytes, ip + 2)
  const tcp = ip + 20
  record.writeUInt16BE(from, tcp)
  record.writeUInt16BE(to, tcp + 2)
  record[tcp + 12] = 8 << 4
  record[tcp + 13] = flags
  return record
}

const client = 50_001

test('an answer takes from the first segment of its request to its own last one', () => {
  const capture = captured([
    { at: 5000, from: client, flags: syn },
    { at: 5001, from: client, bytes: 100 },
    { at: 5002, from: client, bytes: 40 },
    { at: 5011, from: server, bytes: 300 },
    { at: 5011.5, from: client },
    { at: 5031.25, from: server, bytes: 20 },
    { at: 5040, from: client, bytes: 100 },
    { at: 5043, from: server, bytes: 300 },
  ])
  const [short, long] = answerTimes(capture, server)
  expect(short).toBeCloseTo(3, 5)
  expect(long).toBeCloseTo(30.25, 5)
})

test('a request without an answer has no time, and its connection may come again', () => {
  const other = 50_002
  const capture = captured([
    { at: 100, from: client, bytes: 100 },
    { at: 110, from: server, to: client, flags: reset },
    { at: 120, from: client, flags: syn },
    { at: 121, from: client, bytes: 100 },
    { at: 122, from: other, bytes: 100 },
    { at: 125, from: server, to: client, bytes: 10 },
    { at: 130, from: server, to: other, bytes: 10 },
    { at: 140, from: client, bytes: 100 },
  ])
  const times = answerTimes(capture, server)
  expect(times).toHaveLength(2)
  expect(times[0]).toBeCloseTo(4, 5)
  expect(times[1]).toBeCloseTo(8, 5)
})

test('a capture that was cut off ends with its last whole packet; anything else is refused', () => {
  const whole = captured([
    { at: 1, from: client, bytes: 1 },
    { at: 2, from: server, bytes: 1 },
  ])
  expect(answerTimes(whole, server)).toHaveLength(1)
  expect(answerTimes(whole.subarray(0, -1), server)).toEqual([])
  expect(answerTimes(whole.subarray(0, 24), server)).toEqual([])
  expect(() => answerTimes(Buffer.from('GET / HTTP/1.1'), server)).toThrow('no capture')
})
