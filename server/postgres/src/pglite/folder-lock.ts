import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { postgresErrors } from '../errors.ts'
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts'

/** A lock that is held. */
export interface FolderLock {
  /**
   * Names the process that is about to write for this one, in place of the one before: the lock holds while either
   * lives.
   * @throws HP_DATABASE_LOCKED when the lock is another's by now
   */
  nameWriter(pid: number): Promise<void>
  /** Removes the lock file, unless it is no longer this lock's. May be repeated. */
  release(): Promise<void>
}

/** What a lock file says. */
interface Holder extends ProcessIdentity {
  /** Of this lock and no other. */
  id: string
  writer?: ProcessIdentity
}

/** Whom a lock keeps: its holder, or once that is gone the writer that is left of it. */
interface Living {
  pid: number
  id: string
  isOrphan: boolean
}

/** An orphaned writer ends itself at once, but a busy machine may take seconds to clear up after it. */
const orphan = { looks: 2000, pauseMs: 10 }

/**
 * Takes the lock `file` for this process. The embedded database itself opens one folder as often as it is told to,
 * and two that write destroy it. A lock whose processes are gone, killed without a chance to clean up, is taken over.
 * It guards against processes of this machine that see each other; not across machines or containers.
 * @throws HP_DATABASE_LOCKED when a living process holds it
 */
export async function lockFolder(folder: string, file: string): Promise<FolderLock> {
  const own: Holder = { ...(await identityOf(process.pid)), id: randomUUID() }
  const locked = ({ pid }: Living) => {
    const advice = pid === process.pid ? 'Open it once and share the database.' : otherProcess(pid)
    return postgresErrors.HP_DATABASE_LOCKED({ folder, file, pid, advice })
  }
  const living = await take(file, own)
  if (living) throw locked(living)
  return {
    async nameWriter(pid) {
      const current = await look(file)
      if (typeof current === 'object' && current.id !== own.id) throw locked(current)
      await replace(file, { ...own, writer: await identityOf(pid) })
    },
    async release() {
      const current = await look(file)
      if (typeof current === 'object' && current.id === own.id) await rm(file, { force: true })
    },
  }
}

const otherProcess = (pid: number): string =>
  `Stop process ${pid}, use another folder, or set DATABASE_URL to share a PostgreSQL server.`

/**
 * Puts `own` in place as `file`; whoever keeps it from that is returned. The lock of dead processes may be replaced
 * by one of those that found them dead, and only while it still is the dead ones': a lock on the lock, taken in the
 * same way, makes it so.
 */
async function take(file: string, own: Holder): Promise<Living | undefined> {
  for (let looks = 0; ;) {
    if (await create(file, own)) return undefined
    const current = await look(file)
    if (current === 'none') continue
    if (current !== 'dead') {
      if (!current.isOrphan || looks++ === orphan.looks) return current
      await sleep(orphan.pauseMs)
      continue
    }
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

/** Who lives of those that a lock names. A file that cannot be read was cut by a crash of the machine: nobody writes in parts. */
async function look(file: string): Promise<Living | 'dead' | 'none'> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none'
    throw error
  }
  const holder = parse(text)
  if (!holder) return 'dead'
  const { pid, id, writer } = holder
  if (await isAlive(holder)) return { pid, id, isOrphan: false }
  return writer && (await isAlive(writer)) ? { pid: writer.pid, id, isOrphan: true } : 'dead'
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, started, id, writer } = JSON.parse(text)
    if (isPid(pid) && typeof id === 'string')
      return { pid, started, id, ...(isPid(writer?.pid) && { writer }) }
  } catch {}
  return undefined
}

const isPid = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0

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
