import { bytesBar } from '../console/bytes-bar.ts'
import { interactiveBar } from '../console/interactive-bar.ts'
import { lighthouseBars } from '../console/lighthouse-bars.ts'
import { replayBars } from '../console/replay-bars.ts'
import { startBench } from '../console/start-bench.ts'
import type { Suite } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/** The console in Chromium. */
export const consoleSuite: Suite = {
  name: 'console',
  description: 'the console in Chromium: bytes, a cold start, a busy replay, Lighthouse',
  versions: () => ({
    chromium: programVersion('chromium', '--version'),
    lighthouse: packageVersion('lighthouse'),
    react: packageVersion('react'),
  }),
  async run(context) {
    await using bench = await startBench(context)
    return [
      await bytesBar(bench),
      await interactiveBar(bench, context),
      ...(await replayBars(bench, context)),
      ...(await lighthouseBars(bench, context)),
    ]
  },
}
