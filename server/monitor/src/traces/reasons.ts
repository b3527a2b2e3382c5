import { formatValue, type Span, type TraceReason } from '@hotpath/core'
import { unionMs } from './union.ts'

/** What is known of a finished request. Durations in milliseconds. */
export interface Facts {
  route: string
  status: number
  durationMs: number
  /** From its head to the call of its handler. */
  beforeMs: number
  /** How late the event loop was meanwhile. */
  lagMs: number
  /** The request itself first. */
  spans: readonly Span[]
  /** The time budget that it went over. */
  budget: string | null
}

/** So many statements of one kind in one request are a loop. */
const loopFrom = 5
/** What takes a smaller share, or less time, is no reason. */
const leastShare = 0.1
const leastMs = 0.5
const mostReasons = 4

/** Why a request took as long as it did, or failed: what took most of its time first. */
export function reasonsOf(facts: Facts): TraceReason[] {
  const { durationMs } = facts
  const timed = [...databaseReasons(facts), ...waitReasons(facts), ...restReasons(facts)]
    .filter(({ ms }) => ms >= Math.max(leastMs, leastShare * durationMs))
    .sort((a, b) => b.ms - a.ms)
  return [...failure(facts), ...timed].slice(0, mostReasons)
}

/** The reasons in one sentence. */
export function sentenceOf(
  { route, status, durationMs, budget }: Facts,
  reasons: readonly TraceReason[],
): string {
  const against = budget === null ? '' : ` (its budget: ${budget})`
  const [first, second] = reasons.filter(({ kind }) => kind !== 'error' && kind !== 'client')
  const ended = reasons.find(({ kind }) => kind === 'error' || kind === 'client')
  const took = ended
    ? `${route} ended with ${status} after ${say(durationMs)}: ${ended.text}.`
    : `${route} took ${say(durationMs)}${against}.`
  const why = first ? ` Mostly: ${first.text}.` : ''
  const also = second && second.ms >= durationMs / 5 ? ` Then: ${second.text}.` : ''
  return `${took}${why}${also}`
}

function databaseReasons({ spans, durationMs }: Facts): TraceReason[] {
  const statements = spans.filter(({ kind }) => kind === 'statement')
  const alike = [...Map.groupBy(statements, ({ fingerprint, name }) => fingerprint ?? name).values()]
    .filter((group) => group.length >= loopFrom)
    .map((group) => ({ group, ms: unionMs(group, durationMs) }))
    .sort((a, b) => b.ms - a.ms)
  const loops = alike.map(({ group, ms }): TraceReason => ({
    kind: 'n-plus-one',
    ms,
    text: `the same statement ${group.length} times took ${say(ms)} (${group[0]!.name})`,
  }))
  const rest = statements.filter((one) => !alike.some(({ group }) => group.includes(one)))
  const [slowest, ...others] = rest.toSorted((a, b) => b.durationMs - a.durationMs)
  const slow: TraceReason[] = slowest
    ? [
        {
          kind: 'slow statement',
          ms: unionMs([slowest], durationMs),
          text: `one statement took ${say(slowest.durationMs)} (${slowest.name})`,
        },
      ]
    : []
  const othersMs = unionMs(others, durationMs)
  const more: TraceReason[] =
    others.length > 0
      ? [
          {
            kind: 'statements',
            ms: othersMs,
            text: `${count(others.length, 'other statement')} took ${say(othersMs)}`,
          },
        ]
      : []
  return [...loops, ...slow, ...more]
}

function waitReasons({ spans, durationMs, beforeMs }: Facts): TraceReason[] {
  const waits = spans.filter(({ kind }) => kind === 'wait')
  const pool = spans.filter(({ kind }) => kind === 'pool')
  const waitMs = unionMs(waits, durationMs)
  const poolMs = unionMs(pool, durationMs)
  return [
    { kind: 'pool wait', ms: poolMs, text: `it waited ${say(poolMs)} for a database connection` },
    {
      kind: 'wait',
      ms: waitMs,
      text: `it waited ${say(waitMs)} for what another request was loading (${waits[0]?.name ?? ''})`,
    },
    { kind: 'wait', ms: beforeMs, text: `it waited ${say(beforeMs)} before its handler was called` },
  ]
}

/** What lies in no statement and no wait: loads of something else, a late event loop, the handler itself. */
function restReasons({ spans, durationMs, lagMs, beforeMs }: Facts): TraceReason[] {
  const known = spans.filter(({ kind }) => kind === 'statement' || kind === 'pool' || kind === 'wait')
  const before = { startMs: 0, durationMs: beforeMs }
  const loads = spans.filter(({ kind }) => kind === 'load' || kind === 'lookup')
  const knownMs = unionMs([...known, before], durationMs)
  const loadMs = unionMs([...known, ...loads, before], durationMs) - knownMs
  const unknownMs = Math.max(0, durationMs - knownMs - loadMs)
  const lateMs = Math.min(lagMs, durationMs)
  const handlerMs = Math.max(0, unknownMs - lateMs)
  return [
    { kind: 'event loop', ms: lateMs, text: `the event loop was busy with something for ${say(lateMs)}` },
    {
      kind: 'load',
      ms: loadMs,
      text: `loading what the cache did not have took ${say(loadMs)} outside of the database`,
    },
    {
      kind: 'handler',
      ms: handlerMs,
      text: `its handler took ${say(handlerMs)} outside of cache and database`,
    },
  ]
}

/** 499: nginx's number for a client that left before the answer. */
const clientLeft = 499

function failure({ status, spans }: Facts): TraceReason[] {
  if (status === clientLeft) return [{ kind: 'client', ms: 0, text: 'its client left before the answer' }]
  if (status < 500) return []
  const broken = spans.find(({ failed, kind }) => failed && kind === 'statement')
  const text = broken
    ? `a statement failed (${broken.name}${/SQLSTATE (\w+)/.exec(broken.detail)?.[0].replace(/^/, ', ') ?? ''})`
    : spans.some(({ failed, kind }) => failed && kind !== 'request')
      ? 'a load of the cache failed'
      : 'its handler answered so'
  return [{ kind: 'error', ms: 0, text }]
}

const say = (ms: number) => formatValue(ms, 'ms').replace(/(?<=\d)(?=[a-zA-Z%])/, ' ')
const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`
