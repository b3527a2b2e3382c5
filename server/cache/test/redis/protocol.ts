import { createNames, type Place } from '../../src/shared/names.ts'
import { encodeRecord, encodeTail, type RecordTail } from '../../src/shared/record.ts'
import type { Connected } from './connected.ts'
import { plain } from './connected.ts'

export const names = createNames('t')
export const place: Place = { namespace: 'ballots', version: '1', name: 'ballot:12' }
export const otherVersion: Place = { ...place, version: '2' }
const markMs = '60000'
const keyMarkMs = '30000'

export const recordTail: RecordTail = {
  freshUntil: 0,
  staleUntil: 0,
  keepUntil: 0,
  format: 'j',
  loadMs: 3,
  size: 40,
  tags: ['a'],
  body: Buffer.from('{"n":1}'),
}

/** Every script as a call that names its arguments, answering in plain values without the time. */
export function protocol(redis: Connected) {
  async function run(...call: Parameters<Connected['script']>): Promise<unknown[]> {
    const [epoch, stamp, time, ...rest] = plain(await redis.script(...call)) as unknown[]
    if (typeof time !== 'number' || Math.abs(time - Date.now()) > 60_000)
      throw new Error(`time ${String(time)}`)
    return [epoch, stamp, ...rest]
  }
  const tagMarks = (tags: string[]) => tags.map(names.tagMark)
  const at = [names.entries, names.leases, names.keyMarks]
  return {
    attach: (runId: string, epoch = 'fresh', when = 'first') =>
      run('attach', [names.clock, names.nodes], [epoch, runId, 'node', when]),
    beat: (node: string, leases: [lease: string, value: string][] = [], leaseMs = 5000) =>
      run(
        'beat',
        [names.clock, names.nodes, ...leases.map(([lease]) => lease)],
        ['fresh', node, String(leaseMs), ...leases.map(([, value]) => value)],
      ),
    marks: (...tags: string[]) => run('marks', [names.clock, ...tagMarks(tags)], ['fresh', markMs]),
    open: ({ token = 'token', known = '', tags = [] as string[], leaseMs = 5000 }) =>
      run(
        'open',
        [names.clock, names.entry(place), names.lease(place), ...tagMarks(tags)],
        ['fresh', token, String(leaseMs), known, markMs],
      ),
    fill: ({
      lease,
      epoch = 'e1',
      asOf,
      tags = [] as string[],
      record = 'record',
    }: {
      lease: string
      epoch?: string
      asOf: number
      tags?: string[]
      record?: string | Uint8Array
    }) =>
      run(
        'fill',
        [names.clock, names.entry(place), names.lease(place), ...tagMarks(tags)],
        ['fresh', lease, epoch, String(asOf), '40000', record, markMs],
      ),
    release: (lease: string, gone = '') =>
      run(
        'release',
        [names.clock, names.lease(place), names.entry(place), names.keyMark(place.namespace, place.name)],
        ['fresh', lease, gone, keyMarkMs],
      ),
    set: (id: string, tail: RecordTail, tags: string[] = []) =>
      run(
        'set',
        [names.clock, ...at, names.scopeMark(place.namespace), ...tagMarks(tags)],
        [
          'fresh',
          place.namespace,
          place.version,
          place.name,
          id,
          encodeTail(tail),
          '40000',
          markMs,
          keyMarkMs,
        ],
      ),
    change: (
      kind: 'h' | 's',
      { tags = [] as string[], keys = [] as string[], patterns = [] as string[], ack = names.clock },
    ) =>
      run(
        'invalidate',
        [
          names.clock,
          ...at,
          names.nodes,
          ack,
          ...tagMarks(tags),
          ...patterns.map(() => names.scopeMark(place.namespace)),
        ],
        [
          'fresh',
          kind,
          String(tags.length),
          String(patterns.length),
          markMs,
          keyMarkMs,
          '10000',
          ...patterns,
          ...keys.flatMap((name) => [place.namespace, name]),
        ],
      ),
    /** What lies in Redis. */
    read: async (key: string) => plain(await redis.command(['GET', key])),
    left: async (key: string) => (await redis.command(['PTTL', key])) as number,
    write: (key: string, value: string) => redis.command(['SET', key, value, 'PX', '50000']),
  }
}

/** A record as a process stores it. */
export const storedRecord = (id: string, asOf: number, tail: Partial<RecordTail> = {}) =>
  encodeRecord({ ...recordTail, ...tail, id, epoch: 'e1', asOf })
