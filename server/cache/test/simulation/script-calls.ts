import * as fc from 'fast-check'
import { createNames } from '../../src/shared/names.ts'
import type { ScriptName } from '../../src/shared/scripts.ts'
import type { Request } from './simulated-redis.ts'

/** One call, still without what only earlier answers tell. */
export type Step = CallStep | { kind: 'remove' | 'poison'; key: number }

export type CallStep =
  | { kind: 'attach'; runId: string; node: string; when: string }
  | { kind: 'beat'; node: string }
  | { kind: 'marks'; tags: string[]; scopes: string[] }
  | { kind: 'open'; place: Target; tags: string[]; known: boolean }
  | { kind: 'fill'; lease: number; tags: string[]; body: string; wrong: 'token' | 'epoch' | null }
  | { kind: 'renew' }
  | { kind: 'release'; lease: number; gone: boolean }
  | { kind: 'set'; place: Target; tags: string[]; body: string }
  | {
      kind: 'invalidate'
      hard: boolean
      tags: string[]
      scopes: [string, string][]
      keys: Target[]
      ack: boolean
    }
  | { kind: 'mget'; places: Target[] }

export const isCall = (step: Step): step is CallStep => step.kind !== 'remove' && step.kind !== 'poison'

interface Target {
  namespace: string
  version: string
  name: string
}

const namespaces = ['n1', 'ü%20']
const target = fc.record({
  namespace: fc.constantFrom(...namespaces),
  version: fc.constantFrom('1', '2'),
  name: fc.constantFrom('k:1', 'ключ', 'a b'),
})
const tags = fc.uniqueArray(fc.constantFrom('t1', 't2', 'täg', '#x'), { maxLength: 3 })
const lease = fc.nat(3)
const body = fc.constantFrom('{"a":1}', 'line\nline\t\u0000é', '')
const scope = fc.tuple(fc.constantFrom(...namespaces), fc.constantFrom('*', 'k:*', 'ü*'))

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('attach' as const),
      runId: fc.constantFrom('', 'run1', 'run1', 'run2'),
      node: fc.constantFrom('p1', 'p2'),
      when: fc.constantFrom('first', 'again'),
    }),
    fc.record({ kind: fc.constant('beat' as const), node: fc.constantFrom('p1', 'p2') }),
    fc.record({ kind: fc.constant('marks' as const), tags, scopes: fc.subarray(namespaces) }),
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('open' as const), place: target, tags, known: fc.boolean() }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('fill' as const),
        lease,
        tags,
        body,
        wrong: fc.constantFrom(null, null, null, 'token' as const, 'epoch' as const),
      }),
    },
    fc.constant({ kind: 'renew' as const }),
    fc.record({ kind: fc.constant('release' as const), lease, gone: fc.boolean() }),
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('set' as const), place: target, tags, body }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('invalidate' as const),
        hard: fc.boolean(),
        tags,
        scopes: fc.array(scope, { maxLength: 2 }),
        keys: fc.array(target, { maxLength: 2 }),
        ack: fc.boolean(),
      }),
    },
    fc.record({ kind: fc.constantFrom('remove' as const, 'poison' as const), key: fc.nat(20) }),
    fc.record({
      kind: fc.constant('mget' as const),
      places: fc.array(target, { minLength: 1, maxLength: 3 }),
    }),
  ),
  { minLength: 1, maxLength: 40, size: 'max' },
)

/** Far enough apart for a comparison of what is left of them. */
const [leaseMs, markMs, keyMarkMs, keepMs] = [100_000, 1_000_000_000, 10_000_000, 1_000_000].map(String) as [
  string,
  string,
  string,
  string,
]

/** Turns steps into calls; leases and ids come from the answers. */
export function createCalls() {
  const names = createNames('app')
  const leases: { place: Target; value: string; epoch: string; asOf: number; keys: string[] }[] = []
  const ids = new Map<string, string>()
  let tokens = 0
  let opened: { place: Target; token: string; keys: string[] } | undefined
  const token = () => `token${++tokens}`
  const marksOf = (some: readonly string[]) => some.map((tag) => names.tagMark(tag))
  const prefixes = [names.entries, names.leases, names.keyMarks]
  const script = (name: ScriptName, keys: string[], words: string[]): Request & { kind: 'script' } => ({
    kind: 'script',
    name,
    keys,
    words: [`epoch-${token()}`, ...words],
  })
  const expiries = (at: number) => `${at + 5_000}\t${at + 9_000}\t${at + 20_000}`
  const rest = (text: string, some: readonly string[]) =>
    `J\t12\t40\t${Buffer.byteLength(text)}${some.map((tag) => `\t${tag}`).join('')}\n${text}`

  function fill(step: Step & { kind: 'fill' }, now: number) {
    const held = leases[step.lease]
    if (held === undefined) return undefined
    const { value, epoch, asOf, keys } = held
    const id = token()
    ids.set(keys[1]!, id)
    const record = `1\t${id}\t${epoch}\t${asOf}\t${expiries(now)}\t${rest(step.body, step.tags)}`
    const given = step.wrong === 'token' ? `${asOf}:other` : value
    const of = step.wrong === 'epoch' ? 'another' : epoch
    return script('fill', [...keys, ...marksOf(step.tags)], [given, of, String(asOf), keepMs, record, markMs])
  }

  function invalidate(step: Step & { kind: 'invalidate' }) {
    const ack = step.ack ? names.ackMark(token()) : names.clock
    const scopes = step.scopes.map(([namespace]) => names.scopeMark(namespace))
    const keys = [names.clock, ...prefixes, names.nodes, ack, ...marksOf(step.tags), ...scopes]
    const words = [
      step.hard ? 'h' : 's',
      String(step.tags.length),
      String(step.scopes.length),
      markMs,
      keyMarkMs,
      '30000',
      ...step.scopes.map(([, pattern]) => pattern),
      ...step.keys.flatMap(({ namespace, name }) => [namespace, name]),
    ]
    return script('invalidate', keys, words)
  }

  return {
    /** Undefined where there is nothing to call. `now` is the server's time. */
    call(step: CallStep, now: number): Request | undefined {
      switch (step.kind) {
        case 'attach':
          return script('attach', [names.clock, names.nodes], [step.runId, step.node, step.when])
        case 'renew':
          return script('renew', [names.clock], [])
        case 'beat':
          return script(
            'beat',
            [names.clock, names.nodes, ...leases.map(({ keys }) => keys[2]!)],
            [step.node, leaseMs, ...leases.map(({ value }) => value)],
          )
        case 'marks':
          return script(
            'marks',
            [names.clock, ...marksOf(step.tags), ...step.scopes.map((scope) => names.scopeMark(scope))],
            [markMs],
          )
        case 'open': {
          const keys = [names.clock, names.entry(step.place), names.lease(step.place)]
          opened = { place: step.place, token: token(), keys }
          const known = step.known ? (ids.get(keys[1]!) ?? '') : ''
          return script('open', [...keys, ...marksOf(step.tags)], [opened.token, leaseMs, known, markMs])
        }
        case 'fill':
          return fill(step, now)
        case 'release': {
          const held = leases[step.lease]
          if (held === undefined) return undefined
          const [clock, entry, lease] = held.keys as [string, string, string]
          const notice = names.keyMark(held.place.namespace, held.place.name)
          const gone = step.gone ? (ids.get(entry) ?? '') : ''
          return script('release', [clock, lease, entry, notice], [held.value, gone, keyMarkMs])
        }
        case 'set': {
          const { namespace, version, name } = step.place
          const id = token()
          ids.set(names.entry(step.place), id)
          const words = [namespace, version, name, id, `${expiries(now)}\t${rest(step.body, step.tags)}`]
          const keys = [names.clock, ...prefixes, names.scopeMark(namespace), ...marksOf(step.tags)]
          return script('set', keys, [...words, keepMs, markMs, keyMarkMs])
        }
        case 'invalidate':
          return invalidate(step)
        case 'mget':
          return { kind: 'command', words: ['MGET', ...step.places.map((place) => names.entry(place))] }
        default:
          return undefined
      }
    },
    /** Learns what an `open` granted. */
    answered(step: Step, reply: readonly unknown[]): void {
      if (step.kind !== 'open' || opened === undefined || reply[4] !== 1) return
      const [epoch, asOf] = reply as [string, number]
      leases.unshift({ ...opened, value: `${asOf}:${opened.token}`, epoch, asOf })
      leases.length = Math.min(leases.length, 4)
    },
  }
}
