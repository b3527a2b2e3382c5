import type { AlertEvent, TimelineMarker } from '@hotpath/core'

const kinds: Partial<Record<AlertEvent['kind'], TimelineMarker['kind']>> = {
  deploy: 'deploy',
  firing: 'alert',
  resolved: 'alert',
}

/** What of the alerts' history belongs on a timeline. */
export function markersOf(events: readonly AlertEvent[]): TimelineMarker[] {
  return events.flatMap(({ at, kind, text }) => {
    const marker = kinds[kind]
    return marker === undefined ? [] : [{ at, kind: marker, text }]
  })
}
