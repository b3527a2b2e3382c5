import { type ComponentType, lazy, type LazyExoticComponent } from 'react'
import { OverviewScreen } from '../screens/overview/overview-screen.tsx'

/** One screen of the console. */
export interface ScreenEntry {
  /** Below `/_hotpath`. */
  path: string
  /** In the navigation and in the tab's title. */
  title: string
  Component: ComponentType | LazyExoticComponent<ComponentType>
  /** The path of the entry that the navigation marks; undefined for those that stand there themselves. */
  under?: string
  /** Whether what it shows depends on the time range of the address. */
  ranged?: boolean
}

/** Every screen, in the order of the navigation. All but the first are loaded when they are opened. */
export const screens: readonly ScreenEntry[] = [
  { path: '/', title: 'Overview', Component: OverviewScreen, ranged: true },
  {
    path: '/routes',
    title: 'Routes',
    Component: later(async () => (await import('../screens/routes/routes-screen.tsx')).RoutesScreen),
  },
  {
    path: '/route',
    title: 'Route',
    Component: later(async () => (await import('../screens/route/route-screen.tsx')).RouteScreen),
    under: '/routes',
    ranged: true,
  },
  {
    path: '/caches',
    title: 'Caches',
    Component: later(async () => (await import('../screens/caches/caches-screen.tsx')).CachesScreen),
    ranged: true,
  },
  {
    path: '/database',
    title: 'Database',
    Component: later(async () => (await import('../screens/database/database-screen.tsx')).DatabaseScreen),
  },
  {
    path: '/vitals',
    title: 'Web vitals',
    Component: later(async () => (await import('../screens/vitals/vitals-screen.tsx')).VitalsScreen),
  },
  {
    path: '/loads',
    title: 'Load tests',
    Component: later(async () => (await import('../screens/loads/loads-screen.tsx')).LoadsScreen),
  },
  {
    path: '/loads/run',
    title: 'Load run',
    Component: later(async () => (await import('../screens/loads/run-screen.tsx')).RunScreen),
    under: '/loads',
  },
  {
    path: '/loads/compare',
    title: 'Compare load runs',
    Component: later(async () => (await import('../screens/loads/compare-screen.tsx')).CompareScreen),
    under: '/loads',
  },
  {
    path: '/capacity',
    title: 'Capacity',
    Component: later(async () => (await import('../screens/capacity/capacity-screen.tsx')).CapacityScreen),
  },
  {
    path: '/alerts',
    title: 'Alerts & budgets',
    Component: later(async () => (await import('../screens/alerts/alerts-screen.tsx')).AlertsScreen),
  },
]

/** The screen at a path; undefined where there is none. */
export function screenAt(path: string): ScreenEntry | undefined {
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  return screens.find((screen) => screen.path === bare)
}

/** A screen of its own file: `later(async () => (await import('…')).RoutesScreen)`. */
export function later(load: () => Promise<ComponentType>): LazyExoticComponent<ComponentType> {
  return lazy(async () => ({ default: await load() }))
}
