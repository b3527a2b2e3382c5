import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { HotpathError } from '@hotpath/core'
import { postgresErrors } from '../errors.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'

/** The folder of an embedded database: `data`, beside it `lock`, and while the database is first made `creating`. */
export interface Place {
  data: string
  /**
   * To be called before the process `pid` touches the data, when no other does any more. A database whose first start
   * was cut short holds half of PostgreSQL's own tables and nothing of anybody's, so it is begun again.
   * @throws HP_DATABASE_LOCKED
   */
  handTo(pid: number): Promise<void>
  /** To be called once the database has opened. */
  opened(): Promise<void>
  /** Lets another process have it. */
  release(): Promise<void>
}

/**
 * Takes `folder` for this process.
 * @throws HP_DATABASE_LOCKED, HP_DATABASE_FOLDER_UNUSABLE
 */
export async function takePlace(folder: string): Promise<Place> {
  const data = path.join(folder, 'data')
  const creating = path.join(folder, 'creating')
  let lock: FolderLock
  try {
    await mkdir(folder, { recursive: true })
    lock = await lockFolder(folder, path.join(folder, 'lock'))
  } catch (error) {
    if (error instanceof HotpathError) throw error
    const problem = error instanceof Error ? error.message : String(error)
    throw postgresErrors.HP_DATABASE_FOLDER_UNUSABLE({ folder, problem }, { cause: error })
  }
  return {
    data,
    async handTo(pid) {
      await lock.nameWriter(pid)
      if (await exists(creating)) await rm(data, { recursive: true, force: true })
      if (await exists(data)) return
      await writeFile(creating, '')
      await mkdir(data)
    },
    opened: () => rm(creating, { force: true }),
    release: lock.release,
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
