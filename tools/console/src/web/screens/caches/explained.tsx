import { type CachedCopy, formatDuration, type KeyExplanation, type UrlExplanation } from '@hotpath/core'
import type { ReactNode } from 'react'
import { Panel } from '../../parts/screen.tsx'
import { bytes, duration } from '../../parts/say.ts'
import styles from './caches-screen.module.css'

/** Where a key's value lies, and what a read would get. */
export function KeyAccount({ explained }: { explained: KeyExplanation }) {
  const { key, namespace, verdict, memory, redis } = explained
  return (
    <Panel>
      <p className={styles.verdict}>{verdict}</p>
      <p className={styles.subject}>
        <code>{key}</code> in <code>{namespace}</code>
      </p>
      <dl className={styles.account}>
        <Copy tier="Memory" copy={memory} />
        {redis !== null && 'unreachable' in redis ? (
          <Line name="Redis">cannot be asked: {redis.unreachable}</Line>
        ) : (
          <Copy tier="Redis" copy={redis} />
        )}
      </dl>
    </Panel>
  )
}

function Copy({ tier, copy }: { tier: string; copy: CachedCopy | null }) {
  if (copy === null) return <Line name={tier}>nothing lies there</Line>
  const { state, freshForMs, loadMs, tags } = copy
  return (
    <Line name={tier}>
      {state}, {lifeOf(freshForMs)}, loaded in {duration(loadMs)}
      {tags.length > 0 && <Tags tags={tags} />}
    </Line>
  )
}

/** What is known of a URL: its route's headers, and the responses that are stored. */
export function UrlAccount({ explained }: { explained: UrlExplanation }) {
  const { url, route, headers, tags, isPrivate, stored } = explained
  return (
    <Panel>
      <p className={styles.verdict}>{urlVerdict(explained)}</p>
      <p className={styles.subject}>
        <code>{url}</code> is <code>{route}</code>
        {isPrivate && ', a private route: nothing of it is stored'}
      </p>
      <dl className={styles.account}>
        {Object.entries(headers).map(([name, value]) => (
          <Line key={name} name={name}>
            <code>{value}</code>
          </Line>
        ))}
        {tags !== null && tags.length > 0 && (
          <Line name="Tags">
            <Tags tags={tags} />
          </Line>
        )}
        {stored.map(({ status, ageMs, freshForMs, bytes: size, chosenBy }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the newest first, without a name of their own
          <Line key={index} name={`Stored ${status}`}>
            {duration(Math.round(ageMs))} old, {lifeOf(freshForMs)}, {bytes(size)}
            {Object.entries(chosenBy).map(([name, value]) => (
              <code key={name}>
                {' '}
                {name}: {value ?? '(none)'}
              </code>
            ))}
          </Line>
        ))}
      </dl>
    </Panel>
  )
}

function urlVerdict({ stored, isPrivate }: UrlExplanation): string {
  if (isPrivate) return 'Always answered by the handler: the route is private.'
  const [newest] = stored
  if (!newest) return 'Answered by the handler: nothing is stored of it here.'
  return newest.freshForMs > 0
    ? 'Served from memory.'
    : 'Stale: served while it is fetched anew, where the route allows that.'
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className={styles.tags}>
      {tags.map((tag) => (
        <code key={tag}>{tag}</code>
      ))}
    </span>
  )
}

const lifeOf = (freshForMs: number) =>
  freshForMs > 0
    ? `fresh for ${formatDuration(Math.round(freshForMs))} more`
    : `stale since ${formatDuration(Math.round(-freshForMs))}`
