import type { KeyGroup } from '@hotpath/cache'
import { type Fix, formatDuration, formatValue } from '@hotpath/core'
import type { Facts, GroupSince } from './facts.ts'

type MissReason = keyof KeyGroup['misses']

const leastReads = 50
const leastMs = 1
/** Fewer hits than this are few. */
const few = 0.7
const reachable = 0.9

const advice: Record<MissReason, string> = {
  absent:
    'Most keys are asked for once, or were dropped for want of room: warm what is known to be asked for, or give the cache more room.',
  expired:
    'They expire before they are asked for again: a longer ttl, or stale values while they are refreshed.',
  invalidated: 'Writes drop them: tags that name less reach fewer of them.',
  unreachable: 'Redis could not be asked: see that it is up, and near.',
  corrupt: 'What was kept could not be read: processes of two versions may share one namespace.',
}

const reasonInWords: Record<MissReason, string> = {
  absent: 'nothing was kept under the key',
  expired: 'it had expired',
  invalidated: 'it had been invalidated',
  unreachable: 'Redis did not answer',
  corrupt: 'it could not be read',
}

/** Key groups that miss more than they should, with the reason that most misses have. */
export function lowHits({ groups, seconds }: Pick<Facts, 'groups' | 'seconds'>): Fix[] {
  return groups.flatMap((group) => {
    const missed = Object.values(group.misses).reduce((sum, count) => sum + count, 0)
    const reads = group.hits + missed
    const hit = group.hits / reads
    if (reads < leastReads || hit >= few || group.loadMs / seconds < leastMs) return []
    return [fixOf(group, { reads, missed, hit, seconds })]
  })
}

function fixOf(
  { namespace, name, misses, loads, loadMs }: GroupSince,
  { reads, missed, hit, seconds }: { reads: number; missed: number; hit: number; seconds: number },
): Fix {
  const [reason, count] = (Object.entries(misses) as [MissReason, number][]).toSorted(
    ([, a], [, b]) => b - a,
  )[0]!
  const what = `${name} in ${namespace}`
  const told =
    hit === 0
      ? `No read of ${what} is a hit`
      : `Only ${formatValue(hit, 'ratio')} of reads of ${what} are hits`
  return {
    id: `low-hit:${namespace}:${name}`,
    kind: 'low-hit',
    title: `${told}: ${reasonInWords[reason]}`,
    route: null,
    savedMsPerSecond: (loadMs / seconds) * Math.max(0, 1 - (1 - reachable) / (missed / reads)),
    evidence: [
      `${reads.toLocaleString('en-US')} reads, ${missed.toLocaleString('en-US')} misses; of ${count.toLocaleString('en-US')} ${reasonInWords[reason]}`,
      `${loads.toLocaleString('en-US')} loads took ${formatDuration(loads === 0 ? 0 : loadMs / loads)} each`,
    ],
    action: { text: advice[reason], command: 'hotpath cache stats', screen: 'caches' },
  }
}
