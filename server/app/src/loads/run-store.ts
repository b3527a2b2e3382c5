import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { LoadRun, LoadRunSummary } from '@hotpath/core'
import { parseDocument, type RunDocument, runOf, summaryOf } from './run-document.ts'

/** The runs of an application: a file each, the newest hundred. */
export interface RunStore {
  /** The newest first. Files that are no runs are left out. */
  list(): Promise<LoadRunSummary[]>
  /** Undefined where there is no such run. */
  open(id: string): Promise<LoadRun | undefined>
  /** The same, as it was written. */
  document(id: string): Promise<RunDocument | undefined>
  /** The absolute path of a run's file. */
  fileOf(id: string): string
  write(id: string, document: RunDocument): Promise<void>
  /** Removes the oldest beyond those that are kept. */
  prune(): Promise<void>
}

const kept = 100
/** One file name, without a folder and not hidden. */
const idForm = /^\w[\w.-]{0,150}$/

/** Opens the runs of a folder, which need not exist yet. */
export function openRunStore(folder: string): RunStore {
  /** Files do not change once they are written: each is read once. */
  const known = new Map<string, { modified: number; summary: LoadRunSummary | null }>()
  const fileOf = (id: string) => path.join(folder, `${id}.json`)

  async function ids(): Promise<string[]> {
    const names = await readdir(folder).catch(() => [])
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .filter((id) => idForm.test(id))
  }

  async function document(id: string): Promise<RunDocument | undefined> {
    if (!idForm.test(id)) return undefined
    const text = await readFile(fileOf(id), 'utf8').catch(() => '')
    return parseDocument(text)
  }

  async function summary(id: string): Promise<LoadRunSummary | null> {
    const { mtimeMs: modified } = await stat(fileOf(id)).catch(() => ({ mtimeMs: Number.NaN }))
    const before = known.get(id)
    if (before?.modified === modified) return before.summary
    const found = await document(id)
    const summary = found ? summaryOf(id, found) : null
    known.set(id, { modified, summary })
    return summary
  }

  async function list(): Promise<LoadRunSummary[]> {
    const present = await ids()
    for (const id of known.keys()) if (!present.includes(id)) known.delete(id)
    const runs = (await Promise.all(present.map(summary))).filter((run) => run !== null)
    return runs.sort((a, b) => b.startedAt - a.startedAt)
  }

  return {
    list,
    fileOf,
    document,
    async open(id) {
      const found = await document(id)
      return found && runOf(id, found)
    },
    async write(id, content) {
      await mkdir(folder, { recursive: true })
      await writeFile(fileOf(id), `${JSON.stringify(content, null, 2)}\n`)
    },
    async prune() {
      const old = (await list()).slice(kept)
      await Promise.all(old.map(({ id }) => rm(fileOf(id), { force: true })))
    },
  }
}
