import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CurrentLoad, LoadProgress, LoadStart } from '@hotpath/core'

/** What is written of the run under way, so that every process of the application knows of it. */
interface Note extends LoadStart {
  id: string
  /** Milliseconds since 1970. */
  startedAt: number
  /** The process whose child it is. */
  owner: number
}

/** The one run of an application that may be under way, whichever of its processes began it. */
export interface UnderWay {
  /** Null where none is. */
  current(now: number): CurrentLoad | null
  /** Takes the place; false where another run has it. */
  claim(note: Omit<Note, 'owner'>, now: number): boolean
  /** Where the generator writes its progress. */
  openLog(): number
  /** What it wrote so far. */
  log(): string
  askToStop(): void
  isAskedToStop(): boolean
  release(): void
}

/** How long after its end a run may still wait for answers and write its result. */
const graceMs = 60_000
/** Seconds of progress that are shown. */
const shown = 900

/** The place for a run below a folder, which is made when it is claimed. */
export function openUnderWay(folder: string): UnderWay {
  const note = path.join(folder, 'run.json')
  const log = path.join(folder, 'progress.log')
  const stop = path.join(folder, 'stop')
  const readLog = () => (existsSync(log) ? readFileSync(log, 'utf8') : '')

  function find(now: number): Note | null {
    let found: Note
    try {
      found = JSON.parse(readFileSync(note, 'utf8')) as Note
    } catch {
      return null
    }
    const isOver = now > found.startedAt + found.durationMs + graceMs
    return isOver || !isAlive(found.owner) ? null : found
  }

  function release(): void {
    for (const file of [log, stop, note]) rmSync(file, { force: true })
  }

  return {
    release,
    log: readLog,
    openLog: () => openSync(log, 'w'),
    askToStop: () => writeFileSync(stop, ''),
    isAskedToStop: () => existsSync(stop),
    claim(given, now) {
      mkdirSync(folder, { recursive: true })
      // What a process left that was killed.
      if (existsSync(note) && find(now) === null) release()
      try {
        writeFileSync(note, JSON.stringify({ ...given, owner: process.pid }), { flag: 'wx' })
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
        throw error
      }
    },
    current(now) {
      const found = find(now)
      if (!found) return null
      const { owner: _owner, ...load } = found
      return { ...load, isStopping: existsSync(stop), progress: readProgress(readLog()) }
    },
  }
}

function readProgress(text: string): LoadProgress[] {
  const lines = text.split('\n').slice(0, -1)
  return lines
    .filter((line) => line.startsWith('{'))
    .slice(-shown)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as LoadProgress]
      } catch {
        return []
      }
    })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
