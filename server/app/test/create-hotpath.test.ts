import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createHotpath } from '../src/create-hotpath.ts'

test('what was opened is closed again where something further down fails', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-app-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const common = { name: 'opened', routes: [], environment: { HOTPATH_FOLDER: folder } }
  await expect(createHotpath({ ...common, limits: { defaultRate: 'nowhere' } })).rejects.toMatchObject({
    code: 'HP_HTTP_RATE_GROUP_UNKNOWN',
  })
  // The embedded database lets one process in, once.
  const hotpath = await createHotpath(common)
  await hotpath.close()
})
