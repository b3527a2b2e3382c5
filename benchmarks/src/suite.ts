import type { Awake } from '@hotpath/load'

/** One bar: our figure beside those of the peers, measured in the same run. */
export interface BarResult {
  /** Stable, kebab-case. */
  id: string
  /** What was measured, in words. */
  what: string
  ours: number
  peers: Record<string, number>
  unit: string
  /** The figure that the bar speaks of. */
  ratio: number
  /** The bar, in words: "≥ 0.8 × bare node:http". */
  bar: string
  holds: boolean
  /** Where words say more than figures: what came of it for ours and for each peer. */
  cells?: Record<string, string>
}

export interface SuiteContext {
  /** Shorter runs, for a look; results are not to be quoted. */
  quick: boolean
  /** Says what is being measured now. */
  progress(text: string): void
  /** The cores that are kept awake, where the suite drives load. */
  awake: Awake | null
}

/** A benchmark suite: ours beside the best peers, interleaved in one run. */
export interface Suite {
  name: string
  description: string
  /**
   * It drives load: Node is started with a small young generation, whose collections take a millisecond, and the cores
   * are kept awake.
   */
  drivesLoad?: boolean
  /** Packages and programs compared, with their versions. */
  versions(): Record<string, string>
  run(context: SuiteContext): Promise<BarResult[]>
}
