import { useMemo } from 'react'
import { useSearch, useSearchParams } from 'wouter'
import { rangeQuery, readRange, type TimeRange, writeRange } from './time-range.ts'

/** The time range of the address. */
export interface RangeOfAddress {
  range: TimeRange
  /** `from=…&to=…`, for a path of the API. */
  query: string
  set: (range: TimeRange) => void
}

export function useRange(): RangeOfAddress {
  const [parameters, setParameters] = useSearchParams()
  const text = parameters.toString()
  const range = useMemo(() => readRange(new URLSearchParams(text)), [text])
  return {
    range,
    query: rangeQuery(range),
    set(next) {
      const rest = [...parameters].filter(([name]) => name !== 'from' && name !== 'to')
      setParameters(new URLSearchParams([...rest, ...Object.entries(writeRange(next))]))
    },
  }
}

/** The address of another screen with the range that this one has: `/route?pattern=…`. */
export function useAddress(): (to: string) => string {
  const search = useSearch()
  return (to) => {
    const kept = writeRange(readRange(new URLSearchParams(search)))
    const extra = new URLSearchParams(kept).toString()
    return extra === '' ? to : `${to}${to.includes('?') ? '&' : '?'}${extra}`
  }
}
