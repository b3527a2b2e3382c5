import { formatTraceparent, parseTraceparent } from '@hotpath/core'
import { expect, test } from 'vitest'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

test('reads what it writes', () => {
  const given = { traceId, spanId, isSampled: true }
  expect(parseTraceparent(formatTraceparent(given))).toEqual(given)
  expect(parseTraceparent(`00-${traceId}-${spanId}-00`)).toEqual({ ...given, isSampled: false })
})

test('a later version may say more', () => {
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`)).toMatchObject({
    traceId,
  })
})

test.each([
  undefined,
  7,
  '',
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01-more`,
  `ff-${traceId}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
  `cc-${traceId}-${spanId}-01-${'x'.repeat(300)}`,
])('%s is none', (header) => {
  expect(parseTraceparent(header)).toBeUndefined()
})
