import { type Budget, type Overview, type Tile } from '@hotpath/core'
import type { Collected } from './collected.ts'
import { judge } from './judge.ts'
import type { RequestWindow } from './request-window.ts'
import { vitalsTile } from './vitals/vitals-tile.ts'

type Figure = (window: RequestWindow) => number | null

const p95: Figure = ({ requests, times }) => (requests === 0 ? null : times.quantile(0.95))
const errorShare: Figure = ({ requests, errors }) => (requests === 0 ? null : errors / requests)
const hitShare: Figure = ({ lookups, hits }) => (lookups === 0 ? null : hits / lookups)

/** The five tiles, in the order in which they are read. */
export function tilesOf(collected: Collected): Tile[] {
  const { promises } = collected
  const noRequest = 'No request in the last minute.'
  return [
    requestTile(collected),
    {
      ...shareOrTime(collected, p95, promises.p95),
      id: 'p95',
      title: 'Response time, p95',
      unit: 'ms',
      reason: reason(p95(collected.minute), noRequest),
    },
    {
      ...shareOrTime(collected, errorShare, promises.errors),
      id: 'errors',
      title: 'Errors',
      unit: 'ratio',
      reason: reason(errorShare(collected.minute), noRequest),
    },
    {
      ...shareOrTime(collected, hitShare, promises.hit),
      id: 'hit',
      title: 'Cache hits',
      unit: 'ratio',
      reason: reason(hitShare(collected.minute), noLookup(collected.identity)),
    },
    vitalsTile(collected),
  ]
}

function requestTile({ minute, before, steps, stepMs }: Collected): Tile {
  const perSecond = minute.requests / minute.seconds
  const isComparable = minute.requests > 0 && before.requests > 0
  return {
    id: 'requests',
    title: 'Requests',
    value: perSecond,
    unit: 'perSecond',
    reason: '',
    budget: null,
    change: isComparable ? perSecond / (before.requests / before.seconds) : null,
    // An idle step is a rate of 0, which is something that happened.
    series: steps.map((step) => step && step.requests / (stepMs / 1000)),
  }
}

function shareOrTime(
  { minute, before, steps }: Collected,
  figure: Figure,
  budget: Budget | null,
): Pick<Tile, 'value' | 'budget' | 'change' | 'series'> {
  const value = figure(minute)
  const earlier = figure(before)
  return {
    value,
    budget: budget && { text: budget.text, verdict: judge(budget, minute).verdict },
    change: value !== null && earlier ? value / earlier : null,
    series: steps.map((step) => step && figure(step)),
  }
}

function reason(value: number | null, whyNot: string): string {
  return value === null ? whyNot : ''
}

function noLookup({ layer }: Pick<Overview, 'layer'>): string {
  return layer === 'off' ? 'The layer is off: nothing is cached.' : 'No cacheable request in the last minute.'
}
