import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { importHar } from '../../src/import/har.ts'
import { importFile } from '../../src/import/import-file.ts'
import { scenarioFile } from '../../src/import/scenario-file.ts'
import { literal } from '../../src/import/source-literal.ts'
import { runOnce } from './run-imported.ts'

// Inside the package, so that the files find what they import.
const folder = path.join(import.meta.dirname, '..', '..', '.hotpath', `written-${process.pid}`)
const here = (name: string) => path.join(import.meta.dirname, name)
beforeAll(() => mkdirSync(folder, { recursive: true }))
afterAll(() => rmSync(folder, { recursive: true }))

const recording = JSON.stringify({
  log: {
    entries: [
      {
        startedDateTime: '2026-01-01T00:00:00Z',
        request: { method: 'GET', url: 'http://h/items/17?q=it%27s' },
      },
      { startedDateTime: '2026-01-01T00:00:00Z', request: { method: 'OPTIONS', url: 'http://h/cart' } },
      {
        startedDateTime: '2026-01-01T00:00:00.300Z',
        request: { method: 'POST', url: 'http://h/cart', postData: { text: '{"*/":"`\\\\"}' } },
      },
    ],
  },
})

async function written(name: string, source: string): Promise<Readonly<Record<string, Scenario>>> {
  const file = path.join(folder, name)
  writeFileSync(file, source)
  return ((await import(file)) as { scenarios: Record<string, Scenario> }).scenarios
}

test('a recording and a description become files that ask for the same', async () => {
  const imports = [
    ['visit.ts', importHar(recording, 'visit.har')],
    ['shop.ts', importFile(here('openapi.yaml'))],
  ] as const
  for (const [name, imported] of imports) {
    const scenarios = await written(name, scenarioFile(imported, { script: './it' }))
    expect(Object.keys(scenarios)).toEqual(imported.scenarios.map((scenario) => scenario.name))
    for (const scenario of imported.scenarios) {
      const ask = async (one: Scenario) => {
        const { asked } = await runOnce(
          { ...imported, scenarios: [one] },
          { iterations: 1, answer: () => ({}) },
        )
        const sent = asked.filter(({ method }) => method !== 'OPTIONS')
        return sent.map(({ method, url, body, headers }) => [method, url, body, headers['content-type']])
      }
      expect(await ask(scenarios[scenario.name]!)).toEqual(await ask(scenario))
    }
  }
})

test('scripts stay in their files, and their scenarios have names', async () => {
  copyFileSync(here('care.yml'), path.join(folder, 'care.yml'))
  copyFileSync(here('smoke.js.txt'), path.join(folder, 'smoke.js'))
  for (const script of ['./care.yml', './smoke.js']) {
    const imported = importFile(path.join(folder, script))
    const scenarios = await written(`${path.parse(script).name}.load.ts`, scenarioFile(imported, { script }))
    expect(Object.keys(scenarios)).toEqual(imported.scenarios.map(({ name }) => name))
  }
})

test('all of them are well typed', () => {
  const root = path.join(import.meta.dirname, '..', '..', '..', '..')
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: path.join(root, 'tsconfig.json'), include: ['*.ts'], exclude: [] }),
  )
  const check = () => execFileSync('npx', ['tsc', '--noEmit', '-p', folder], { cwd: root, stdio: 'pipe' })
  expect(check).not.toThrow()
})

test('no text of a script becomes code', async () => {
  const hostile = "*/ process.exit(7) /*\u2028`${process.exit(7)}' + process.exit(7) + '\\"
  const imported = importHar(recording, 'visit.har')
  const source = scenarioFile(
    {
      ...imported,
      notes: [{ line: null, kind: 'skipped', text: hostile }],
      outline: [{ ...imported.outline![0]!, name: hostile }],
    },
    { script: './it' },
  )
  expect(Object.keys(await written('hostile.ts', source))).toEqual([hostile])
  const value = {
    [hostile]: [hostile, { ['__proto__']: 1 }],
    list: Array.from({ length: 40 }, (_, index) => index),
  }
  // oxlint-disable-next-line no-eval -- what is written must be read back the same
  expect((0, eval)(`(${literal(value)})`)).toEqual(value)
})
