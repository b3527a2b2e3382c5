import diagnostics, { Channel } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * CivicQ in a process of its own: `civicq.ts on|off`; prints its port. Off, nobody can listen to what the libraries
 * publish, so that they publish nothing: the layer without anything that is observed.
 */
const kind = process.argv[2]
if (kind === 'off') {
  Channel.prototype.bindStore = () => {}
  Object.assign(diagnostics, { subscribe: () => {}, unsubscribe: () => true })
  syncBuiltinESMExports()
}

const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-monitor-'))
const { start } = await import('../../../apps/civicq/app.ts')
const app = await start({
  port: 0,
  scale: 0.02,
  environment: { HOTPATH: 'on', HOTPATH_FOLDER: folder },
  onProgress: () => {},
})
async function end(): Promise<void> {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.once('SIGTERM', () => void end())
process.stdout.write(`${new URL(app.url).port}\n`)
