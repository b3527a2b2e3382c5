import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** One behaviour that the suite looks for (https://github.com/http-tests/cache-tests). */
interface Behaviour {
  readonly id: string
  /** Without one, it is required. */
  readonly kind?: 'optimal' | 'check'
  readonly depends_on?: readonly string[]
}

/** What a cache was seen to do: `true`, or what went wrong. */
type Results = Readonly<Record<string, true | readonly string[] | undefined>>

/** The behaviours of one kind: those that a cache shows, and names of the others with what went wrong. */
export interface Score {
  readonly shown: number
  readonly missing: Readonly<Record<string, string>>
}

const folder = path.dirname(fileURLToPath(import.meta.resolve('http-cache-tests/package.json')))
const load = (file: string) => import(pathToFileURL(path.join(folder, file)).href)

/** The origin server of the suite, on a free port. */
export async function startSuiteOrigin(scratch: string): Promise<AsyncDisposable & { url: string }> {
  const child = spawn(process.execPath, [path.join(folder, 'server/server.mjs')], {
    env: {
      ...process.env,
      npm_config_protocol: 'http',
      npm_config_port: '0',
      npm_config_pidfile: path.join(scratch, 'origin.pid'),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  child.stdout.resume()
  const port = /:(\d+)\/?\s*$/.exec(line.toString())?.[1]
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill()
      await exited
    },
  }
}

/**
 * Runs the suite through a cache, once per process, and scores it as its own pages do: a behaviour counts only where
 * those that it depends on are shown, too.
 */
export async function runSuite(base: string): Promise<{ required: Score; optimal: Score }> {
  const { runTests, getResults } = await load('client/runner.mjs')
  const suites = (await load('tests/index.mjs')).default as { tests: readonly Behaviour[] }[]
  // It drives its own version of fetch, which adds no headers of its own to a request that is not to be cached.
  const fetch = createRequire(path.join(folder, 'cli.mjs'))('node-fetch')
  await runTests(suites, fetch, false, base)
  const behaviours = suites.flatMap(({ tests }) => tests)
  await lookAgain(behaviours)
  const judge = createJudge(behaviours, getResults() as Results)
  return {
    required: judge(behaviours.filter(({ kind = 'required' }) => kind === 'required')),
    optimal: judge(behaviours.filter(({ kind }) => kind === 'optimal')),
  }
}

/**
 * A hundred behaviours are looked for at once, and what they hold against the clock are whole seconds: those that were
 * missed are looked for once more, by themselves. What a cache does not do it does not do then either.
 */
async function lookAgain(behaviours: readonly Behaviour[]): Promise<void> {
  const { makeCacheTest, testResults } = (await load('client/test.mjs')) as {
    makeCacheTest: (behaviour: Behaviour) => Promise<void>
    testResults: Record<string, true | readonly string[]>
  }
  const missed = behaviours.filter(({ id }) => Array.isArray(testResults[id]))
  for (const { id } of missed) delete testResults[id]
  await Promise.all(missed.map(makeCacheTest))
}

function createJudge(behaviours: readonly Behaviour[], results: Results) {
  const known = new Map(behaviours.map((one) => [one.id, one]))
  const isShown = (id: string): boolean =>
    results[id] === true && (known.get(id)?.depends_on ?? []).every(isShown)
  return (chosen: readonly Behaviour[]): Score => {
    // Some are looked for in browsers only.
    const tried = chosen.filter(({ id }) => results[id] !== undefined)
    const missing = tried.filter(({ id }) => !isShown(id))
    const why = (id: string) => String(results[id] === true ? 'what it depends on is missing' : results[id])
    return {
      shown: tried.length - missing.length,
      missing: Object.fromEntries(missing.map(({ id }) => [id, why(id)])),
    }
  }
}
