import { paths, type Alert, type Alerts } from '@hotpath/core'
import { useState } from 'react'
import { useApi } from '../data/use-api.ts'

/**
 * Tells a screen reader what began to fire and what is over. Nothing else of the console is live: figures that move
 * every second would never stop talking.
 */
export function AlertAnnouncer() {
  const { data } = useApi<Alerts>(paths.alerts, { every: 5_000 })
  const firing = data?.alerts.filter(({ state }) => state === 'firing')
  const [told, setTold] = useState<{ ids: string; text: string }>({ ids: '', text: '' })
  const ids = firing?.map(({ id }) => id).join('\n')
  if (firing && ids !== undefined && ids !== told.ids) {
    setTold({ ids, text: changeText(new Set(told.ids.split('\n').filter(Boolean)), firing) })
  }
  return <output className="visually-hidden">{told.text}</output>
}

function changeText(before: ReadonlySet<string>, firing: readonly Alert[]): string {
  const begun = firing.filter(({ id }) => !before.has(id)).map(({ sentence }) => `Alert: ${sentence}`)
  if (begun.length > 0) return begun.join(' ')
  return firing.length === 0 ? 'All alerts are resolved.' : `${firing.length} alerts still fire.`
}
