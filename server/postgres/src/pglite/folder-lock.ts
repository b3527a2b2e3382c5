import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { postgresErrors } from '../errors.ts'
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts'

/** A lock that is held. */
export interface FolderLock {
  /** Removes the lock file, unless it is no longer this lock's. May be repeated. */
  release(): Promise<void>
}

/** What a lock file says. */
interface Holder extends ProcessIdentity {
  /** Of this lock and no other. */
  id: string
}

/**
 * Takes the lock `file` for this process. The embedded database itself opens one folder as often as it is told to,
 * and two that write destroy it. A lock whose process is gone, killed without a chance to clean up, is taken over.
 * It guards against processes of this machine that see each other; not across machines or containers.
 * @throws HP_DATABASE_LOCKED when a living process holds it
 */
export async function lockFolder(folder: string, file: string): Promise<FolderLock> {
  const own: Holder = { ...(await ownIdentity()), id: randomUUID() }
  const living = await take(file, own)
  if (living) {
    const { pid } = living
    const advice = pid === process.pid ? 'Open it once and share the database.' : otherProcess(pid)
    throw postgresErrors.HP_DATABASE_LOCKED({ folder, file, pid, advice })
  }
  return {
    async release() {
      const current = await look(file)
      if (typeof current === 'object' && current.id === own.id) await rm(file, { force: true })
    },
  }
}

const otherProcess = (pid: number): string =>
  `Stop process ${pid}, use another folder, or set DATABASE_URL to share a PostgreSQL server.`

/**
 * Puts `own` in place as `file`; the living holder is returned when there is one. The lock of a dead process may be
 * replaced by one of those that found it dead, and only while it still is the dead one's: a lock on the lock, taken
 * in the same way, makes it so.
 */
async function take(file: string, own: Holder): Promise<Holder | undefined> {
  for (;;) {
    if (await create(file, own)) return undefined
    const current = await look(file)
    if (current === 'none') continue
    if (current !== 'dead') return current
    const guard = `${file}.takeover`
    const rival = await take(guard, own)
    if (rival) return rival
    try {
      if ((await look(file)) === 'dead') {
        await replace(file, own)
        return undefined
      }
    } finally {
      await rm(guard, { force: true })
    }
  }
}

/** The living holder of a lock. A file that cannot be read was cut by a crash of the machine: nobody writes in parts. */
async function look(file: string): Promise<Holder | 'dead' | 'none'> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none'
    throw error
  }
  const holder = parse(text)
  return holder && (await isAlive(holder)) ? holder : 'dead'
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, started, id } = JSON.parse(text)
    if (Number.isInteger(pid) && pid > 0 && typeof id === 'string') return { pid, started, id }
  } catch {}
  return undefined
}

/** Creates `file` with its whole content at once; false when it exists. */
async function create(file: string, own: Holder): Promise<boolean> {
  const draft = await write(file, own)
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function replace(file: string, own: Holder): Promise<void> {
  await rename(await write(file, own), file)
}

async function write(file: string, own: Holder): Promise<string> {
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(own))
  return draft
}
