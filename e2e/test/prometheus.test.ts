import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { hotpath, startApp } from '../src/command.ts'
import { scratchFolder } from '../src/scratch.ts'

const folder = scratchFolder()
let prometheus: ChildProcess | undefined

afterAll(async () => {
  if (prometheus?.exitCode === null) {
    const gone = once(prometheus, 'exit')
    prometheus.kill()
    await gone
  }
  folder[Symbol.dispose]()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('a real Prometheus loads the rules of CivicQ, scrapes it, and works out what they record', async () => {
  const rules = await hotpath(['rules', 'civicq'])
  expect(rules.code).toBe(0)
  await using app = await startApp(['civicq', '--scale', '0.02', '--no-visitors'], {
    HOTPATH_FOLDER: folder.path,
    DATABASE_URL: '',
  })
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['civicq.rules.yml'],
    scrape_configs: [{ job_name: 'civicq', static_configs: [{ targets: [new URL(app.url).host] }] }],
  }
  const at = path.join(folder.path, 'prometheus')
  await mkdir(at)
  await writeFile(path.join(at, 'civicq.rules.yml'), rules.stdout)
  await writeFile(path.join(at, 'prometheus.yml'), JSON.stringify(config))
  const origin = `http://127.0.0.1:${await freePort()}`
  const flags = [`--config.file=prometheus.yml`, `--web.listen-address=${new URL(origin).host}`]
  prometheus = spawn('prometheus', [...flags, '--storage.tsdb.path=data', '--log.level=error'], {
    cwd: at,
    stdio: 'ignore',
  })

  const recorded = async (rule: string): Promise<number | null> => {
    await fetch(`${app.url}/api/cities`)
    const query = encodeURIComponent(`hotpath:promise:5m{rule="${rule}"}`)
    const answer = await fetch(`${origin}/api/v1/query?query=${query}`).catch(() => undefined)
    if (!answer?.ok) return null
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
    const value = Number(data.result[0]?.value[1] ?? NaN)
    return Number.isFinite(value) ? value : null
  }
  const value = async (rule: string): Promise<number> => {
    for (const deadline = performance.now() + 40_000; ;) {
      const found = await recorded(rule)
      if (found !== null) return found
      if (performance.now() > deadline) throw new Error(`Nothing was recorded of ${rule}.`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  // Nothing fails, and everything is quicker than half a second.
  expect(await value('errors:all:errors < 1%')).toBe(0)
  expect(await value('latency:all:latency p95 < 500ms')).toBeLessThan(1)
  const loaded = (await (await fetch(`${origin}/api/v1/rules`)).json()) as {
    data: { groups: { name: string; rules: { health: string; name: string }[] }[] }
  }
  const all = loaded.data.groups.flatMap((group) => group.rules)
  expect(all.length).toBeGreaterThan(50)
  expect(all.filter(({ health }) => health === 'err')).toEqual([])
})
