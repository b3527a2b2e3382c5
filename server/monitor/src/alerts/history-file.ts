import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type AlertRecord, readRecord, worthKeeping } from './records.ts'

/** What happened, kept across restarts. */
export interface History {
  /** What was kept before this process, in order. */
  readonly records: readonly AlertRecord[]
  /** Returns at once; what cannot be written is lost, and `problem` says why. */
  add(record: AlertRecord): void
  problem(): string | null
  /** Resolves when everything is written. */
  close(): Promise<void>
}

export interface HistoryFileOptions {
  file: string
  /** Milliseconds since 1970. */
  now: () => number
  /** From this size on the file is written anew, with what is still worth keeping, in bytes. @default 2_000_000 */
  longest?: number
}

/** What lies unwritten in memory at most, in records. */
const mostWaiting = 1_000

/**
 * A file of JSON lines. It is only ever appended to, so a crash can tear its last line alone, which is left out when
 * it is read; when it is too long it is written anew beside itself and renamed, so that there is a whole one at each
 * moment. Nothing is written, and no folder made, before there is something to keep.
 */
export async function openHistory({ file, now, longest = 2_000_000 }: HistoryFileOptions): Promise<History> {
  const before = await readFile(file, 'utf8').catch(() => '')
  const records = before.split('\n').flatMap((line) => readRecord(line) ?? [])
  let endsTorn = before !== '' && !before.endsWith('\n')
  let limit = longest
  let waiting: AlertRecord[] = []
  let problem: string | null = null
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    const batch = waiting
    waiting = []
    const text = batch.map((record) => `${JSON.stringify(record)}\n`).join('')
    try {
      await mkdir(path.dirname(file), { recursive: true })
      await appendFile(file, endsTorn ? `\n${text}` : text)
      endsTorn = false
      if ((await stat(file)).size > limit) await rewrite()
      problem = null
    } catch (error) {
      problem = `${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`
    }
  }

  async function rewrite(): Promise<void> {
    const all = (await readFile(file, 'utf8')).split('\n').flatMap((line) => readRecord(line) ?? [])
    const kept = worthKeeping(all, now()).map((record) => `${JSON.stringify(record)}\n`)
    const text = kept.join('')
    const beside = `${file}.${process.pid}`
    await writeFile(beside, text)
    await rename(beside, file)
    // Where much is worth keeping, not at each line anew.
    limit = Math.max(longest, 2 * Buffer.byteLength(text))
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) await write()
  }

  return {
    records,
    add(record) {
      if (waiting.length >= mostWaiting) {
        problem = `${file} is written too slowly`
        return
      }
      waiting.push(record)
      writing ??= drain().finally(() => (writing = undefined))
    },
    problem: () => problem,
    async close() {
      await writing
    },
  }
}

/** Keeps nothing: for a process beside another that keeps it. */
export const noHistory: History = { records: [], add() {}, problem: () => null, close: async () => {} }
