import { expect, test } from 'vitest'
import { startProxy } from '../src/command.ts'
import { deviations } from '../src/conformance-deviations.ts'
import { runSuite, startSuiteOrigin } from '../src/conformance-suite.ts'
import { scratchFolder } from '../src/scratch.ts'

test('the proxy behaves as the conformance suite of HTTP caches wants it, but where we say why not', async () => {
  using scratch = scratchFolder()
  await using origin = await startSuiteOrigin(scratch.path)
  await using proxy = await startProxy([origin.url])
  const { required, optimal } = await runSuite(proxy.url)

  const missing = { ...required.missing, ...optimal.missing }
  expect(Object.entries(missing).filter(([id]) => deviations[id] === undefined)).toEqual([])
  expect(Object.keys(deviations).filter((id) => missing[id] === undefined)).toEqual([])
  expect(required.shown).toBeGreaterThanOrEqual(150)
  expect(optimal.shown).toBeGreaterThanOrEqual(75)
})
