import { errors } from '../../errors.ts'
import { createRandom } from '../../random/random.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Session } from '../../session/session.ts'
import {
  createNoteTaker,
  type Imported,
  type ImportedOptions,
  type ImportTools,
  type NoteTaker,
} from '../imported.ts'
import { drive, performInSession, performInSetup } from './drive.ts'
import { callValue, type Machine, refuel, type Scope, ScriptError } from './evaluation.ts'
import { areaOf, type Executor, readExecutors, sumSegments } from './executors.ts'
import { createModules } from './modules.ts'
import { readProgram, type ScriptProgram } from './program.ts'
import { readThresholds } from './thresholds.ts'

/**
 * A k6 script as scenarios. The script is never handed to JavaScript: a small interpreter with bounds runs its static
 * subset, and everything else is listed with its line.
 * @throws HP_LOAD_IMPORT, HP_LOAD_IMPORT_FILE
 */
export function importK6(text: string, file: string, tools: ImportTools): Imported {
  const notes = createNoteTaker()
  let origin: string | null = null
  const modules = createModules({ origin: () => origin, sharedArrays: new Map() })
  const program = readProgram(text, { file, notes, tools: { ...tools, readFile: onceEach(tools) }, modules })
  const scope = program.begin(createMachine(createRandom(1), 1), {})
  origin = originOf(program.urls(scope), notes)
  const options = valueOf(scope, program.exported('options')) as Record<string, unknown> | undefined
  const lineOf = (...names: string[]) => program.lineOf('options', ...names)
  const executors = oneModel(readExecutors(options ?? {}, lineOf, notes), lineOf, notes)
  if (executors.length === 0)
    throw errors.HP_LOAD_IMPORT({ file, line: 1, problem: 'it has no scenario that can be run' })
  for (const { exec } of executors) {
    if (typeof valueOf(scope, program.exported(exec)) === 'function') continue
    throw errors.HP_LOAD_IMPORT({ file, line: 1, problem: `it exports no function ${exec}` })
  }
  noteOptions(options ?? {}, lineOf, notes)
  return {
    format: 'k6',
    origin,
    scenarios: createScenarios(program, executors, origin),
    options: {
      ...loadOf(executors, notes),
      redirects: 10,
      timeout: '60s',
      budgets: readThresholds(options?.thresholds, lineOf, notes),
      ...(options?.insecureSkipTLSVerify === true ? { insecure: true } : {}),
      ...(options?.noConnectionReuse === true ? { keepAlive: false } : {}),
    },
    notes: notes.all(),
  }
}

function createMachine(random: Machine['random'], vu: number): Machine {
  const machine = { random, vu, iteration: 0, fuel: 0, depth: 0, requestName: null }
  refuel(machine)
  return machine
}

function valueOf(scope: Scope, name: string | null): unknown {
  return name === null ? undefined : scope.names.get(name)
}

/** Files that a script opens are read once, not by each of its users. */
function onceEach({ readFile }: ImportTools): ImportTools['readFile'] {
  const texts = new Map<string, string>()
  return (name) => {
    const known = texts.get(name)
    if (known !== undefined) return known
    const text = readFile(name)
    texts.set(name, text)
    return text
  }
}

/** The host that most of the script's requests name. */
function originOf(urls: readonly string[], notes: NoteTaker): string | null {
  const counts = new Map<string, number>()
  for (const url of urls) {
    const origin = /^https?:\/\/[^/{?#]+/.test(url)
      ? URL.parse(url.replaceAll(/[{}]/g, ''))?.origin
      : undefined
    if (origin) counts.set(origin, (counts.get(origin) ?? 0) + 1)
  }
  const [most, ...others] = [...counts].sort(([, a], [, b]) => b - a)
  for (const [other] of others)
    notes.skipped(null, `requests to ${other}: a run goes to one host, ${most![0]}`)
  return most?.[0] ?? null
}

/** A run is open or closed: scenarios of the other model are left out. */
function oneModel(
  executors: readonly Executor[],
  lineOf: (...names: string[]) => number | null,
  notes: NoteTaker,
): Executor[] {
  const [first] = executors
  return executors.filter(({ name, model, iterations }) => {
    const fits = model === first?.model && (iterations === null) === (first.iterations === null)
    if (!fits && name !== null) {
      notes.skipped(
        lineOf('scenarios', name),
        `scenario ${name}: a run has one kind of executor, that of ${first?.name}`,
      )
    }
    return fits
  })
}

function loadOf(executors: readonly Executor[], notes: NoteTaker): ImportedOptions {
  const [first] = executors
  if (executors.length > 1) {
    notes.translated(
      null,
      'several scenarios: their loads are added up, and each arrival or iteration chooses one by its share',
    )
  }
  const segments = sumSegments(executors.map((executor) => executor.segments))
  if (first?.model === 'open') {
    const stages = segments.map(({ startMs, endMs, from, to }) => ({
      duration: endMs - startMs,
      from,
      rate: to,
    }))
    return { model: 'open', stages }
  }
  notes.translated(null, 'virtual users are the users of the closed model: each waits for its answers')
  const most = Math.max(1, ...segments.flatMap(({ from, to }) => [from, to]))
  if (first?.iterations === null) {
    const stages = segments.map(({ startMs, endMs, from, to }) => ({
      duration: endMs - startMs,
      from,
      users: to,
    }))
    return { model: 'closed', stages }
  }
  let iterations = 0
  for (const executor of executors) iterations += executor.iterations ?? 0
  return { model: 'closed', users: Math.round(most), iterations, duration: segments.at(-1)?.endMs ?? 600_000 }
}

const knownOptions = new Set([
  'stages',
  'vus',
  'duration',
  'iterations',
  'scenarios',
  'thresholds',
  'insecureSkipTLSVerify',
  'noConnectionReuse',
])
/** These shape k6's own reports and resources only. */
const quietOptions = new Set([
  'summaryTrendStats',
  'discardResponseBodies',
  'userAgent',
  'tags',
  'setupTimeout',
  'teardownTimeout',
  'summaryTimeUnit',
  'noUsageReport',
  'ext',
  'cloud',
])

function noteOptions(
  options: Record<string, unknown>,
  lineOf: (...names: string[]) => number | null,
  notes: NoteTaker,
): void {
  for (const name of Object.keys(options)) {
    if (!knownOptions.has(name) && !quietOptions.has(name))
      notes.skipped(lineOf(name), `option ${name}: no counterpart here`)
  }
}

/** What `setup` of a script gave, as JSON: users must not share what they may change. */
interface SetupData {
  json: string | null
}

function createScenarios(
  program: ScriptProgram,
  executors: readonly Executor[],
  origin: string | null,
): Scenario[] {
  const setupName = program.exported('setup')
  const setup: Scenario['setup'] =
    setupName === null
      ? null
      : async (tools): Promise<SetupData> => {
          const machine = createMachine(createRandom(1), 0)
          const scope = program.begin(machine, {})
          const made = await drive(callValue(valueOf(scope, setupName), [], machine), performInSetup(tools))
          return { json: JSON.stringify(made) ?? null }
        }
  return executors.map((executor) => {
    const iterate = createIterations(program, executor)
    return {
      name: executor.name ?? 'default',
      weight: executor.iterations ?? areaOf(executor.segments),
      origin,
      setup,
      run: iterate,
    }
  })
}

/** A virtual user: its own copy of the script's values. */
interface VirtualUser {
  machine: Machine
  scope: Scope
  data: unknown
}

const mostMessages = 20

function createIterations(program: ScriptProgram, executor: Executor): Scenario['run'] {
  const users = new WeakMap<Session, VirtualUser>()
  const messages = new Set<string>()

  function userOf(session: Session<SetupData | undefined>): VirtualUser {
    const known = users.get(session)
    if (known) return known
    const machine = createMachine(session.random, session.number + 1)
    const scope = program.begin(machine, executor.environment)
    const json = session.shared?.json
    const user = { machine, scope, data: json ? (JSON.parse(json) as unknown) : undefined }
    scope.names.set('__VU', machine.vu)
    users.set(session, user)
    return user
  }

  return async (session: Session<SetupData | undefined>) => {
    const { machine, scope, data } = userOf(session)
    refuel(machine)
    scope.names.set('__ITER', machine.iteration)
    machine.iteration += 1
    // k6 gives each iteration an empty cookie jar.
    session.cookies.clear()
    try {
      const work = valueOf(scope, program.exported(executor.exec))
      await drive(callValue(work, [data], machine), performInSession(session))
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error
      // An exception ends the iteration, as in k6, and must be seen.
      if (messages.size < mostMessages) messages.add(error.message)
      session.check(messages.has(error.message) ? `threw: ${error.message}` : 'threw something else', false)
    }
  }
}
