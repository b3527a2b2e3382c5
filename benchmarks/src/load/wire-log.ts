/** A segment with data or a flag that ends or begins a connection. */
interface Segment {
  /** Milliseconds since 1970. */
  at: number
  from: number
  to: number
  opens: boolean
  bytes: number
}

const fileHeaderBytes = 24
const recordHeaderBytes = 16
const ethernetBytes = 14
const littleEndianNanos = 0xa1b23c4d
const linkEthernet = 1
const syn = 0x02

/**
 * How long each answer took, in milliseconds, ascending: from the first segment of a request to the last one of its
 * answer, of a capture of the loopback interface (pcap, nanoseconds, IPv4). Requests are not pipelined, and those
 * without an answer have no time.
 * @throws Error when it is no such capture
 */
export function answerTimes(capture: Buffer, port: number): number[] {
  const times: number[] = []
  const asked = new Map<number, { at: number; answeredAt: number }>()
  function settle(client: number): void {
    const exchange = asked.get(client)
    asked.delete(client)
    if (exchange && !Number.isNaN(exchange.answeredAt)) times.push(exchange.answeredAt - exchange.at)
  }
  for (const { at, from, to, opens, bytes } of segments(capture)) {
    const client = from === port ? to : from
    const exchange = asked.get(client)
    if (opens) settle(client)
    else if (bytes === 0) continue
    else if (from === port) {
      if (exchange) exchange.answeredAt = at
    } else if (!exchange || !Number.isNaN(exchange.answeredAt)) {
      settle(client)
      asked.set(client, { at, answeredAt: Number.NaN })
    }
  }
  for (const client of asked.keys()) settle(client)
  return times.sort((a, b) => a - b)
}

function* segments(capture: Buffer): Generator<Segment> {
  if (capture.length < fileHeaderBytes || capture.readUInt32LE(0) !== littleEndianNanos)
    throw new Error('This is no capture with nanoseconds.')
  if (capture.readUInt32LE(20) !== linkEthernet)
    throw new Error('This is no capture of a loopback interface.')
  let offset = fileHeaderBytes
  while (offset + recordHeaderBytes <= capture.length) {
    const at = capture.readUInt32LE(offset) * 1000 + capture.readUInt32LE(offset + 4) / 1e6
    const ip = offset + recordHeaderBytes + ethernetBytes
    offset += recordHeaderBytes + capture.readUInt32LE(offset + 8)
    if (offset > capture.length) return
    const tcp = ip + (capture[ip]! & 0x0f) * 4
    yield {
      at,
      from: capture.readUInt16BE(tcp),
      to: capture.readUInt16BE(tcp + 2),
      opens: (capture[tcp + 13]! & syn) !== 0,
      bytes: capture.readUInt16BE(ip + 2) - (tcp - ip) - (capture[tcp + 12]! >> 4) * 4,
    }
  }
}
