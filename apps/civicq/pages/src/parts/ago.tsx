import { useState } from 'react'
import { formatAgo } from './wording.ts'

/** How long ago something happened, with the instant itself for machines and on hover. */
export function Ago({ instant }: { instant: string }) {
  const [now] = useState(Date.now)
  return (
    <time dateTime={instant} title={new Date(instant).toLocaleString('en-US')}>
      {formatAgo(instant, now)}
    </time>
  )
}
