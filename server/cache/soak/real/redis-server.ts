import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startRedis } from '@hotpath/cache/local'
import { tellRedis } from './admin.ts'
import { sleep } from './clock.ts'

/** A server that can be killed and begun again on its port, with nothing, or with what it knew some time ago. */
export interface SoakRedis {
  port: number
  /** Keeps what it knows now for a later `restart`. */
  keep(): Promise<void>
  /** Killed without a chance to save, and begun again `afterMs` later. */
  restart(from: 'nothing' | 'kept', afterMs: number): Promise<void>
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** @throws HP_CACHE_REDIS_MISSING, HP_CACHE_REDIS_START_FAILED */
export async function startSoakRedis(): Promise<SoakRedis> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-soak-'))
  const [dump, kept] = [path.join(folder, 'dump.rdb'), path.join(folder, 'kept.rdb')]
  let server = await startRedis({ folder })
  const { port } = server
  return {
    port,
    async keep() {
      await tellRedis(port, ['SAVE'])
      await copyFile(dump, kept)
    },
    async restart(from, afterMs) {
      await server.kill()
      await rm(dump, { force: true })
      if (from === 'kept') await copyFile(kept, dump)
      await sleep(afterMs)
      server = await startRedis({ folder, port })
    },
    pause: () => server.pause(),
    resume: () => server.resume(),
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
