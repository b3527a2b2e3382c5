import type { Environment } from './environment.ts'
import type { HotpathOptions } from './hotpath.ts'

/** How far a long step of starting has come. */
export interface Progress {
  label: string
  /** What is happening just now: a rate, a name. */
  detail?: string
  done: number
  total: number
}

/** What an application's `start` is given. */
export interface AppOptions {
  /** 0 takes any free port. */
  port: number
  /** @default 127.0.0.1 */
  host?: string
  /** Size of the seeded data set, where the application seeds one. @default 1 */
  scale?: number
  /** Throw the data away and seed anew. @default false */
  reset?: boolean
  /** What Hotpath reads, and whatever the application reads besides. */
  environment: Environment & Readonly<Record<string, string | undefined>>
  onProgress: (progress: Progress) => void
  /** When alerts fire, and how often it is looked for what to fix. @default as createHotpath has it */
  watch?: Pick<HotpathOptions, 'alerts' | 'fixes'>
}

/** A running application. */
export interface RunningApp {
  /** `http://127.0.0.1:4000` */
  url: string
  close(): Promise<void>
}

/** What an application's `app.ts` exports. */
export interface AppModule {
  start(options: AppOptions): Promise<RunningApp>
}
