import { parse } from 'csv-parse/sync'
import { randomText, randomUuid, randomWhole } from '../random-values.ts'
import type { Callable, Machine } from './evaluation.ts'
import { callValue, native, ScriptError } from './evaluation.ts'
import { createHttp, httpNames } from './http.ts'
import { toText } from './operators.ts'

/** What a script may import, by the end of the module's name or address. */
export type ModuleExports = Readonly<Record<string, unknown>>

/** Reads the random numbers of the user that runs. */
function seeded(work: (machine: Machine, args: readonly any[]) => unknown): Callable {
  // oxlint-disable-next-line require-yield -- it ends at once
  return function* call(args, machine) {
    return work(machine, args)
  }
}

const check: Callable = function* check([value, checks], machine) {
  let all = true
  for (const [name, wanted] of Object.entries(Object(checks) as object)) {
    const holds = Boolean(
      typeof wanted === 'function' ? yield* callValue(wanted, [value], machine) : (wanted as unknown),
    )
    yield { kind: 'check', name: name.slice(0, 200), holds }
    all &&= holds
  }
  return all
}

const group: Callable = function* group([name, work], machine) {
  return yield { kind: 'group', name: toText(name).slice(0, 200), body: callValue(work, [], machine) }
}

const sleep: Callable = function* sleep([seconds]) {
  yield { kind: 'sleep', seconds: Math.max(0, Number(seconds) || 0) }
  return undefined
}

const k6: ModuleExports = {
  check,
  group,
  sleep,
  fail: native((message) => {
    throw new ScriptError(toText(message))
  }),
  randomSeed: native(() => undefined),
}

/** Values of a script's own metrics are not kept. */
const metric = native(() => ({ add: native(() => undefined), name: '' }))
const metrics: ModuleExports = { Counter: metric, Gauge: metric, Rate: metric, Trend: metric }

const utilities: ModuleExports = {
  randomItem: seeded(({ random }, [list]) => (Array.isArray(list) ? random.pick(list) : undefined)),
  randomIntBetween: seeded(({ random }, [low, high]) => randomWhole(random, Number(low), Number(high))),
  randomString: seeded(({ random }, [length, from]) =>
    randomText(random, Number(length), from === undefined ? undefined : toText(from)),
  ),
  uuidv4: seeded(({ random }) => randomUuid(random)),
}

const encoding: ModuleExports = {
  b64encode: native((text, variant) =>
    Buffer.from(toText(text)).toString(/url/.test(toText(variant)) ? 'base64url' : 'base64'),
  ),
  b64decode: native((text) => Buffer.from(toText(text), 'base64').toString('utf8')),
}

const csv: ModuleExports = {
  parse: native((text, options) => ({
    data: parse(toText(text), {
      columns: Boolean((options as { header?: unknown } | undefined)?.header),
      skip_empty_lines: true,
      bom: true,
    }),
  })),
}

/** What `k6/execution` tells a user about itself: a reading of the machine that it runs on. */
export function executionOf(machine: Machine): ModuleExports {
  const iteration = () => Math.max(0, machine.iteration - 1)
  const execution = {
    vu: {
      idInTest: machine.vu,
      idInInstance: machine.vu,
      get iterationInInstance() {
        return iteration()
      },
      get iterationInScenario() {
        return iteration()
      },
    },
    scenario: {
      get iterationInTest() {
        return iteration()
      },
    },
  }
  return { ...execution, default: execution }
}

export interface ModulesOptions {
  origin(): string | null
  /** Lists that were made once, by name: all users share them. */
  sharedArrays: Map<string, unknown>
}

/** The modules of one import; a module that is not here has no counterpart. */
export function createModules({
  origin,
  sharedArrays,
}: ModulesOptions): (source: string) => ModuleExports | null {
  const http = createHttp(origin)
  const data: ModuleExports = {
    *SharedArray(args: readonly unknown[], machine: Machine) {
      const name = toText(args[0])
      if (!sharedArrays.has(name)) sharedArrays.set(name, yield* callValue(args[1], [], machine))
      return sharedArrays.get(name)
    },
  }
  return (source) => {
    if (source === 'k6') return { ...k6, default: k6 }
    if (source === 'k6/http') return { ...http, default: http }
    if (source === 'k6/metrics') return { ...metrics, default: metrics }
    if (source === 'k6/data') return { ...data, default: data }
    if (source === 'k6/encoding') return { ...encoding, default: encoding }
    if (/jslib\.k6\.io\/(?:k6-utils|k6-random)\//.test(source)) return { ...utilities, default: utilities }
    return /papaparse/.test(source) ? { ...csv, default: csv } : null
  }
}

/** Names of methods of what modules give out. */
export const moduleMethods: ReadonlySet<string> = new Set([
  ...httpNames,
  ...[k6, metrics, utilities, encoding, csv].flatMap((module) => Object.keys(module)),
  'json',
  'add',
])
