import { formatBytes } from '@hotpath/core'
import type { ServerRow } from '../catalog/server.ts'
import type { Finding } from '../finding.ts'

export interface SettingsOptions {
  /** Memory of the server's machine, in bytes, where it is known. @default unknown */
  memoryBytes?: number
}

const MiB = 1024 * 1024
/** Fewer block reads say nothing. */
const leastBlocks = 20_000
const lowHitRatio = 0.95
/** A disk with a moving head needs more for one block, in milliseconds. */
const solidStateMs = 1
const largestWorkMem = 256 * MiB

type Rule = (server: ServerRow, options: SettingsOptions) => Finding | null

/** Settings that the server's own measurements speak against. */
export function settingsWorthChanging(server: ServerRow, options: SettingsOptions = {}): Finding[] {
  const rules: Rule[] = [
    durability,
    vacuumIsOff,
    buffers,
    cacheSize,
    sortMemory,
    randomReads,
    checkpoints,
    readTimes,
    idleTransactions,
  ]
  return rules.flatMap((rule) => rule(server, options) ?? [])
}

const durability: Rule = ({ fsync }) =>
  fsync
    ? null
    : change('fsync', 'on', {
        severity: 'critical',
        evidence: 'It is off: a crash of the machine may destroy the database.',
      })

const vacuumIsOff: Rule = ({ autovacuum, trackCounts }) => {
  if (autovacuum && trackCounts) return null
  const setting = autovacuum ? 'track_counts' : 'autovacuum'
  return change(setting, 'on', {
    severity: 'critical',
    evidence: 'It is off: dead rows stay for ever, and in the end the server refuses writes.',
  })
}

const buffers: Rule = ({ blocksHit, blocksRead, sharedBuffers, databaseBytes }, { memoryBytes }) => {
  const blocks = blocksHit + blocksRead
  const ratio = blocksHit / blocks
  if (blocks < leastBlocks || ratio >= lowHitRatio || databaseBytes <= sharedBuffers) return null
  const most = memoryBytes === undefined ? 4 * sharedBuffers : memoryBytes / 4
  const wanted = roundUp(Math.min(most, databaseBytes))
  if (wanted <= sharedBuffers) return null
  const bound = memoryBytes === undefined ? " Keep it under a quarter of the machine's memory." : ''
  return change('shared_buffers', inMiB(wanted), {
    severity: 'warning',
    evidence: `${(100 * ratio).toFixed(1)} % of block reads hit ${formatBytes(sharedBuffers)} of shared buffers; the database has ${formatBytes(databaseBytes)}.${bound} It takes a restart.`,
  })
}

const cacheSize: Rule = ({ effectiveCacheSize, sharedBuffers }, { memoryBytes }) => {
  const wanted = memoryBytes === undefined ? 2 * sharedBuffers : 0.7 * memoryBytes
  if (effectiveCacheSize >= 0.5 * wanted && effectiveCacheSize >= sharedBuffers) return null
  return change('effective_cache_size', inMiB(wanted), {
    severity: 'info',
    evidence: `The planner reckons with ${formatBytes(effectiveCacheSize)} of cache, shared buffers of ${formatBytes(sharedBuffers)} included${memoryBytes === undefined ? '' : `; the machine has ${formatBytes(memoryBytes)}`}: index scans look dearer to it than they are.`,
  })
}

const sortMemory: Rule = ({ tempFiles, tempBytes, workMem, maxConnections, countedFor }, { memoryBytes }) => {
  const perDay = (tempFiles * 86_400) / Math.max(3_600, countedFor)
  if (perDay < 100) return null
  const mean = tempBytes / tempFiles
  const most =
    memoryBytes === undefined ? largestWorkMem : Math.min(largestWorkMem, memoryBytes / 4 / maxConnections)
  // A sort in memory takes about twice the space that it takes in a file.
  const wanted = roundUp(Math.min(most, 2 * mean + workMem))
  if (wanted <= workMem) return null
  return change('work_mem', inMiB(wanted), {
    severity: 'warning',
    evidence: `${Math.round(perDay).toLocaleString('en-US')} sorts and hashes a day did not fit ${formatBytes(workMem)} and went to files of ${formatBytes(mean)} on average. Each sort of each connection may take as much.`,
  })
}

const randomReads: Rule = ({ randomPageCost, trackIoTiming, readMs, blocksRead }) => {
  if (!trackIoTiming || blocksRead < leastBlocks || randomPageCost <= 2) return null
  const perBlock = readMs / blocksRead
  if (perBlock > solidStateMs) return null
  return change('random_page_cost', '1.1', {
    severity: 'warning',
    evidence: `A block is read in ${perBlock.toFixed(3)} ms on average: no moving disk does that, and ${randomPageCost} keeps the planner from index scans.`,
  })
}

const checkpoints: Rule = ({ timedCheckpoints, requestedCheckpoints, maxWalSize }) => {
  if (requestedCheckpoints < 10 || requestedCheckpoints < timedCheckpoints) return null
  return change('max_wal_size', inMiB(roundUp(2 * maxWalSize)), {
    severity: 'warning',
    evidence: `${requestedCheckpoints} checkpoints came because ${formatBytes(maxWalSize)} of log were full, ${timedCheckpoints} by the clock: each makes the next writes write whole pages.`,
  })
}

const readTimes: Rule = ({ trackIoTiming, blocksRead }) =>
  trackIoTiming || blocksRead < leastBlocks
    ? null
    : change('track_io_timing', 'on', {
        severity: 'info',
        evidence:
          'Read times are not measured, so nothing can be said of random_page_cost, and plans show no times of reads.',
      })

const idleTransactions: Rule = ({ idleInTransactionTimeoutMs }) =>
  idleInTransactionTimeoutMs > 0
    ? null
    : change('idle_in_transaction_session_timeout', '10min', {
        severity: 'info',
        evidence:
          'A transaction that its application forgot holds its locks, and keeps vacuum from its work, without end.',
      })

function change(
  name: string,
  value: string,
  { severity, evidence }: Pick<Finding, 'severity' | 'evidence'>,
): Finding {
  return {
    rule: 'setting',
    severity,
    subject: name,
    evidence,
    statement: `alter system set ${name} = '${value}'`,
  }
}

const roundUp = (bytes: number) => 2 ** Math.ceil(Math.log2(Math.max(MiB, bytes)) - 1e-9)
const inMiB = (bytes: number) => `${Math.round(bytes / MiB)}MB`
