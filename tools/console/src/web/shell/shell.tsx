import { paths, type Overview } from '@hotpath/core'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useLocation } from 'wouter'
import { useApi } from '../data/use-api.ts'
import { Empty } from '../parts/answered.tsx'
import { Screen } from '../parts/screen.tsx'
import { verdictMarks } from '../parts/standing.ts'
import { AlertAnnouncer } from './alert-announcer.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { CrashBoundary } from './crash-boundary.tsx'
import { Masthead } from './masthead.tsx'
import { Navigation } from './navigation.tsx'
import { type ScreenEntry, screenAt } from './screens.ts'
import { ScreenLink } from './screen-link.tsx'
import styles from './shell.module.css'
import { ToolBar } from './tool-bar.tsx'
import { usePaletteKey } from './use-palette-key.ts'

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))

/** What stands around every screen: whose figures these are, where else to look, and for which time. */
export function Shell() {
  const [location] = useLocation()
  const [isFinding, setFinding] = useState(false)
  const find = useCallback(() => setFinding(true), [])
  usePaletteKey(find)
  const overview = useApi<Overview>(paths.overview)
  const screen = screenAt(location)
  const isLive = overview.data !== undefined && overview.problem === null
  return (
    <div className={styles.shell}>
      <title>{titleOf(screen, overview.data, isLive)}</title>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <AlertAnnouncer />
      <Masthead overview={overview.data} isLive={isLive} />
      <Navigation current={screen?.under ?? screen?.path} verdict={overview.data?.verdict} />
      <main className={styles.main} id="content" tabIndex={-1}>
        <ToolBar ranged={screen?.ranged ?? false} onPalette={find} />
        {overview.problem !== null && <ConnectionBanner answer={overview} />}
        <CrashBoundary key={location}>
          <Suspense fallback={<div className={styles.loading} aria-busy="true" />}>
            {screen ? <screen.Component /> : <NoScreen path={location} />}
          </Suspense>
        </CrashBoundary>
      </main>
      {isFinding && (
        <Suspense fallback={null}>
          <Palette onClose={() => setFinding(false)} />
        </Suspense>
      )}
    </div>
  )
}

function titleOf(screen: ScreenEntry | undefined, overview: Overview | undefined, isLive: boolean): string {
  const mark = isLive && overview ? verdictMarks[overview.verdict.state] : '?'
  return [`${mark} ${screen?.title ?? 'Not found'}`, overview?.app, 'Hotpath'].filter(Boolean).join(' · ')
}

function NoScreen({ path }: { path: string }) {
  return (
    <Screen title="There is no such screen">
      <Empty title={`Nothing is at ${path}.`}>
        <ScreenLink to="/">Go to the overview</ScreenLink>
      </Empty>
    </Screen>
  )
}
