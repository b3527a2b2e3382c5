import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Progress } from '@hotpath/app'
import { chooseScenario, usualTries } from '@hotpath/load'
import { findPostgres, startPostgres } from '@hotpath/postgres/local'
import { type AppFolder, loadScenarios, loadTargets } from '../apps.ts'
import { compareLayers, type Comparison, type Effort, type Pair } from './compare-layers.ts'
import { onOff, type OnOff } from './figures.ts'
import { fleetRate, howFast, takeReadings } from './readings.ts'
import { startServer } from './server-process.ts'
import { judgeTargets, type JudgedTarget } from './targets.ts'
import { measureTwoWorkers, type TwoWorkers, twoWorkersNote } from './two-workers.ts'

export type DatabaseKind = 'postgres' | 'pglite'

/** What `hotpath prove` found. */
export interface Proof {
  app: string
  /** ISO 8601. */
  date: string
  /** How long the measuring took, in milliseconds. */
  tookMs: number
  machine: string
  /** Which database the targets and `onOff` were measured on. */
  database: DatabaseKind
  databaseVersion: string
  targets: JudgedTarget[]
  /** On divided by off. */
  onOff: OnOff
  /** The figures behind the ratios, for each database. */
  comparisons: Partial<Record<DatabaseKind, Comparison & { onOff: OnOff }>>
  /** Null where there is no database that two processes can share. */
  twoWorkers: TwoWorkers | null
  /** What else is to be said: of the two workers, and what could not be measured, and why. */
  notes: string[]
}

export interface ProofOptions {
  quick: boolean
  seed: number
  onProgress: (progress: Progress) => void
}

const efforts = {
  full: { rounds: 2, stretchMs: 3000, warmupMs: 4000, tries: usualTries, users: 32 },
  quick: { rounds: 1, stretchMs: 1000, warmupMs: 2000, tries: 1, users: 32 },
} as const

/** The scenario that on and off are compared under: every application has one of this name. */
const comparedScenario = 'read-mix'

/** Starts the application twice, layer on and off, on the same data, and measures both in one run. */
export async function measureProof(app: AppFolder, options: ProofOptions): Promise<Proof> {
  const began = performance.now()
  const targets = await loadTargets(app)
  const scenario = chooseScenario(await loadScenarios(app), comparedScenario)
  const effort: Effort = { ...(options.quick ? efforts.quick : efforts.full), seed: options.seed }
  const postgres = findPostgres()
  const kinds: DatabaseKind[] = postgres ? ['postgres', 'pglite'] : ['pglite']
  const notes = postgres
    ? []
    : ['Real PostgreSQL: not measured (no server binaries found; apt-get install postgresql).']
  const comparisons: Proof['comparisons'] = {}
  let judged: JudgedTarget[] = []
  let twoWorkers: TwoWorkers | null = null

  for (const kind of kinds) {
    await withPair(app, kind, async (pair, place) => {
      const compared = await compareLayers({
        pair,
        scenario,
        effort,
        onStep: (done, total) => options.onProgress({ label: `Layer on and off, ${kind}`, done, total }),
      })
      comparisons[kind] = { ...compared, onOff: onOff(compared.on, compared.off) }
      if (kind !== kinds[0]) return
      const readings = await takeReadings({ pair, scenario, compared, effort, ...options })
      judged = judgeTargets(targets, readings)
      const { databaseUrl, folder } = place
      // An embedded database serves one process.
      if (databaseUrl === null) return
      options.onProgress({ label: 'Two workers', done: 0, total: 1 })
      const { databasePid } = pair
      twoWorkers = await measureTwoWorkers({ app, scenario, effort, databaseUrl, databasePid, folder })
      notes.push(twoWorkersNote(twoWorkers, { fleetRate, how: howFast() }))
      options.onProgress({ label: 'Two workers', done: 1, total: 1 })
    })
  }
  const main = kinds[0]!
  return {
    app: app.name,
    date: new Date().toISOString(),
    tookMs: Math.round(performance.now() - began),
    machine: `${os.availableParallelism()} × ${os.cpus()[0]?.model ?? 'unknown'}, ${os.type()} ${os.release()}, Node ${process.versions.node}`,
    database: main,
    databaseVersion: main === 'postgres' ? postgres!.version : 'embedded',
    targets: judged,
    onOff: comparisons[main]!.onOff,
    comparisons,
    twoWorkers,
    notes,
  }
}

/** Both layers on one Postgres, or each on its own embedded database with the same seed. */
async function withPair(
  app: AppFolder,
  kind: DatabaseKind,
  use: (pair: Pair, place: { databaseUrl: string | null; folder: string }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hotpath-prove-'))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }))
  const database = kind === 'postgres' ? await startPostgres() : null
  if (database) cleanup.defer(() => database.stop())
  const start = async (layer: 'on' | 'off') => {
    const server = await startServer(app, {
      layer,
      databaseUrl: database?.url ?? null,
      folder: path.join(folder, layer),
    })
    cleanup.defer(() => server.stop())
    return server
  }
  // One after the other: the first one seeds the database that both share.
  const off = await start('off')
  const on = await start('on')
  const pair = { servers: { on, off }, databasePid: database?.pid ?? null }
  await use(pair, { databaseUrl: database?.url ?? null, folder })
}
