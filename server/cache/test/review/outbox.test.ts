import { expect, test } from 'vitest'
import { createOutbox } from '../../src/shared/outbox.ts'

const change = (tag: string) => ({ tags: [tag], keys: [], patterns: [], hard: true, ack: 'redis' as const })

test('of two that are sending, neither forgets what only the other one sends', () => {
  const outbox = createOutbox()
  outbox.add(change('a'))
  const early = outbox.contents()
  outbox.add(change('b'))
  const late = outbox.contents()
  expect(late.changes?.hard.tags).toEqual(['a', 'b'])
  early.sent()
  expect(outbox.isEmpty()).toBe(false)
  late.sent()
  expect(outbox.isEmpty()).toBe(true)
})
