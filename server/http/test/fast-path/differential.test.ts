import { describe, expect, test, vi } from 'vitest'
import { createDice } from '../../../cache/soak/real/dice.ts'
import { campaign, type CampaignResult } from '../../soak/fast-path/campaign.ts'
import { host } from '../../soak/fast-path/application.ts'
import { findings } from '../../soak/fast-path/findings.ts'
import { randomHistory, randomMixed } from '../../soak/fast-path/grammar.ts'
import { type History, once, printed, send } from '../../soak/fast-path/history.ts'
import { randomLate } from '../../soak/fast-path/late.ts'
import { shapes } from '../../soak/fast-path/shapes.ts'
import { randomStates } from '../../soak/fast-path/states.ts'
import { sharedSetups } from '../../soak/fast-path/subject.ts'

// Thousands of connections on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 })

const hit = `GET /hit/json HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: br\r\n\r\n`
const small = `GET /hit/small HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: br\r\n\r\n`

const differences = ({ findings }: CampaignResult) =>
  findings.map(({ history, difference }) => `${difference}\n${printed(history)}`)

describe.each(sharedSetups)('Servers with %s', (setup) => {
  test('answer every odd shape alike with and without the fast path', async () => {
    const texts = Object.values(shapes)
    const histories = [
      ...texts.map((text) => once(`${hit}${text}${hit}`)),
      ...(setup === 'usual' ? texts.map((text) => once(text)) : []),
      ...findings.map(({ history }) => history),
    ]
    const result = await campaign({ setup, histories, parallel: 64, besideBare: setup === 'uncoded' })
    expect(differences(result)).toEqual([])
    expect(result.histories).toBe(histories.length)
  })
})

test('Connections cut at every position are answered alike', async () => {
  const names = [
    'a hit',
    'its tag',
    'chunks',
    'chunks and a length',
    'an upgrade',
    'empty lines first',
    'slow',
  ] as const
  const texts = names.map((name) => `${small}${shapes[name]}${small}`)
  const histories = texts.flatMap((text) =>
    Array.from({ length: text.length - 1 }, (_, index) => once(text, [index + 1])),
  )
  const result = await campaign({ setup: 'usual', histories, parallel: 64, besideBare: false })
  expect(differences(result)).toEqual([])
})

test('Connections that were handed over before are answered alike, cut at every position', async () => {
  const names = [
    'a hit',
    'HEAD',
    'a body by length',
    'chunks with trailers',
    'something expected',
    'slow',
  ] as const
  const histories = names.flatMap((name) => {
    const text = `${small}${shapes[name]}${small}`
    return Array.from({ length: text.length - 1 }, (_, index): History => ({
      steps: [send(shapes[name]!), send(small), send(text, [index + 1]), send(small)],
      fin: index % 3 === 0 ? 'at-once' : 'when-quiet',
    }))
  })
  const result = await campaign({ setup: 'usual', histories, parallel: 64, besideBare: false })
  expect(differences(result)).toEqual([])
})

test('Connections that arrive byte by byte are answered alike', async () => {
  const texts = Object.values(shapes).filter((text) => text.length < 400)
  const histories = texts.map((text) =>
    once(
      `${text}${small}`,
      Array.from({ length: text.length + small.length - 1 }, (_, index) => index + 1),
    ),
  )
  const result = await campaign({ setup: 'usual', histories, parallel: 128, besideBare: false })
  expect(differences(result)).toEqual([])
})

test('Generated connections are answered alike', async () => {
  const dice = createDice(20_261_121)
  const histories = Array.from({ length: 800 }, () => randomHistory(dice))
  const result = await campaign({ setup: 'usual', histories, parallel: 64, besideBare: false })
  expect(differences(result)).toEqual([])
  expect(result.answers).toBeGreaterThan(1500)
})

test.each(['usual', 'upgrades'] as const)(
  'Generated connections that go back and forth are answered alike, servers with %s',
  async (setup) => {
    const dice = createDice(20_261_122)
    const histories = Array.from({ length: 150 }, () => randomMixed(dice))
    const result = await campaign({ setup, histories, parallel: 64, besideBare: false })
    expect(differences(result)).toEqual([])
    expect(result.answers).toBeGreaterThan(1000)
  },
)

test('Generated clients that read late are answered alike', async () => {
  const dice = createDice(20_261_123)
  const histories = Array.from({ length: 24 }, () => randomLate(dice))
  const result = await campaign({ setup: 'usual', histories, parallel: 4, besideBare: false, maxFindings: 1 })
  expect(differences(result)).toEqual([])
  expect(result.answers).toBeGreaterThan(300)
})

test.each(['usual', 'obeyed wishes'] as const)(
  'What time and purges leave of the store is answered alike, servers with %s',
  async (setup) => {
    const dice = createDice(8)
    const histories = Array.from({ length: 120 }, () => randomStates(dice))
    const result = await campaign({ setup, histories, parallel: 1, besideBare: false })
    expect(differences(result)).toEqual([])
  },
)

test('Usual connections leave the counters of the cache alike', async () => {
  const paths = ['/hit/json', '/hit/language', '/own/zzzzzz/a', '/declared/1', '/hit/none', '/no']
  const heads = [
    '',
    'Accept-Encoding: br\r\n',
    'If-None-Match: *\r\n',
    'Range: bytes=0-1\r\n',
    'Cookie: a=b\r\n',
  ]
  const histories = heads.map((head): History =>
    once(
      paths
        .map((path) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${head}\r\n`)
        .join('')
        .repeat(3),
    ),
  )
  const result = await campaign({ setup: 'usual', histories, parallel: 1, besideBare: false })
  expect(differences(result)).toEqual([])
  // Otherwise the counters were not compared.
  expect(result.inOtherPieces).toBe(0)
})
