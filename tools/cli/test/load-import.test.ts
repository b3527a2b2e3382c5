import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { createProgram } from '../src/program.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-import-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => path.join(folder, name)
writeFileSync(
  at('api.yaml'),
  'openapi: 3.0.0\npaths: { /a: { get: {} }, /b: { get: { deprecated: true } } }\n',
)
writeFileSync(
  at('care.yml'),
  'config: { target: "http://127.0.0.1:1", phases: [{ duration: 1, arrivalRate: 2 }] }\nscenarios: [{ name: browse, flow: [{ get: { url: / } }] }]\n',
)

async function load(...args: string[]): Promise<{ code: number; answer: Record<string, unknown> }> {
  let [code, out] = [-1, '']
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  try {
    await createProgram((exit) => (code = exit)).parseAsync(['node', 'hotpath', 'load', ...args])
  } finally {
    write.mockRestore()
  }
  return { code, answer: JSON.parse(out) as Record<string, unknown> }
}

test('`load import` writes scenarios and lists what it skipped', async () => {
  const { code, answer } = await load('import', at('api.yaml'), '--out', at('api.load.ts'), '--json')
  expect(code).toBe(0)
  expect(answer).toMatchObject({
    format: 'openapi',
    scenarios: ['GET /a'],
    notes: [{ line: 2, kind: 'skipped', text: 'GET /b: it is deprecated' }],
  })
  expect(readFileSync(at('api.load.ts'), 'utf8')).toBe(answer.source)
})

test('a file of scenarios names its script relative to itself', async () => {
  const { answer } = await load('import', at('care.yml'), '--out', at('care.load.ts'), '--json')
  expect(answer.source).toContain("new URL('./care.yml', import.meta.url)")
  expect(answer.source).toMatch(/stages: \[\{ duration: .*rate: 2/)
  await expect(load('import', at('care.yml'), '--out', at('no/such/file.ts'), '--json')).rejects.toThrow(
    /Cannot write/,
  )
  await expect(load('import', at('missing.yml'))).rejects.toThrow(/missing\.yml/)
})
