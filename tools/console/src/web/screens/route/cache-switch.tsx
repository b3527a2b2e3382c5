import { type CachesReport, paths } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { useSend } from '../../data/use-send.ts'
import { ActionButton, RoleNote } from '../../parts/action-button.tsx'
import styles from './route-screen.module.css'

/** Turns the cache of the route off, for as long as something is looked into, and on again. */
export function CacheSwitch({ route }: { route: string }) {
  const { data } = useApi<CachesReport>(paths.cacheStats, { every: 5_000 })
  const turn = useSend<{ route: string; cache: 'on' | 'off' }, { processes: number | null }>(paths.cacheRoute)
  const isOff = data?.off.includes(route) ?? false
  return (
    <div className={styles.switch}>
      <span>
        Its cache is <b>{isOff ? 'off' : 'on'}</b>
        {turn.answer?.processes === null && ' in this process; the others could not be asked'}
      </span>
      <ActionButton
        quiet
        whyNot={data === undefined ? 'Not known yet.' : turn.isSending ? 'On its way.' : ''}
        onClick={() => turn.send({ route, cache: isOff ? 'on' : 'off' })}
      >
        Turn it {isOff ? 'on' : 'off'}
      </ActionButton>
      {turn.problem !== null && <span data-bad="true">{turn.problem}</span>}
      <RoleNote />
    </div>
  )
}
