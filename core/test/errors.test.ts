import { coreErrors, type HotpathError } from '@hotpath/core'
import { expect, test } from 'vitest'

const entries = Object.entries(coreErrors.entries)

test.each(entries)('%s says what, why and what to do, each as a sentence', (code, entry) => {
  expect(code).toMatch(/^HP_[A-Z]+(_[A-Z]+)+$/)
  for (const text of [entry.what, entry.why, entry.fix]) expect(text).toMatch(/^[A-Z{].*\.$/)
})

test.each(entries)('%s leaves no placeholder unfilled', (code, entry) => {
  const names = [...`${entry.what}${entry.why}${entry.fix}`.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  const raise = coreErrors[code as keyof typeof coreErrors.entries] as (values: object) => HotpathError
  const error = raise(Object.fromEntries(names.map((name) => [name, `<${name}>`])))
  expect(error.message).not.toMatch(/[{}]/)
  for (const name of names) expect(error.message).toContain(`<${name}>`)
})

test('no two errors say the same', () => {
  const whats = entries.map(([, entry]) => entry.what)
  expect(new Set(whats).size).toBe(whats.length)
})
