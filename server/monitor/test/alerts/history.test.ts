import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openHistory } from '../../src/alerts/history-file.ts'
import type { AlertRecord } from '../../src/alerts/records.ts'
import { many, openScene } from './scene.ts'

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-alerts-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

const event = (at: number): AlertRecord => ({
  record: 'event',
  at,
  alert: 'errors:all:errors < 1%',
  kind: 'firing',
  severity: 'page',
  route: null,
  text: `at ${at}`,
})
const now = () => 1_700_000_000_000

test('what fired and what is silent is known again after a restart', async () => {
  await using place = await temporaryFolder()
  const file = path.join(place.folder, 'shop', 'alerts.jsonl')
  const history = await openHistory({ file, now })
  const routes = { 'GET /a': 'p95 < 200ms' }
  {
    using scene = openScene({ routes, history })
    scene.pass(120, { times: many(10, 400) })
    scene.watch.silence({ rule: null, route: 'GET /a', forMs: 86_400_000, reason: 'known' })
    await history.close()
  }
  const again = await openHistory({ file, now })
  using scene = openScene({ routes, history: again })
  const { history: events, silences } = scene.watch.view()
  expect(events.map(({ kind, route }) => [kind, route])).toEqual([
    ['silenced', 'GET /a'],
    ['firing', 'GET /a'],
  ])
  expect(silences).toMatchObject([{ route: 'GET /a', reason: 'known' }])
})

test('a line that a crash has torn is left out, and the next one begins anew', async () => {
  await using place = await temporaryFolder()
  const file = path.join(place.folder, 'alerts.jsonl')
  const history = await openHistory({ file, now })
  history.add(event(1))
  await history.close()
  await appendFile(file, '{"record":"event","at":2,"ki')
  const second = await openHistory({ file, now })
  expect(second.records).toEqual([event(1)])
  second.add(event(3))
  await second.close()
  expect((await openHistory({ file, now })).records).toEqual([event(1), event(3)])
})

test('lines that are no records are left out', async () => {
  await using place = await temporaryFolder()
  const file = path.join(place.folder, 'alerts.jsonl')
  const lines = [
    'null',
    '[]',
    '{"record":"event"}',
    '{"record":"window","version":"1","at":1,"routes":{"a":[1]}}',
  ]
  await writeFile(file, `${lines.join('\n')}\n${JSON.stringify(event(1))}\n`)
  expect((await openHistory({ file, now })).records).toEqual([event(1)])
})

test('a file that is too long is written anew with the newest, and stays bounded', async () => {
  await using place = await temporaryFolder()
  const file = path.join(place.folder, 'alerts.jsonl')
  const history = await openHistory({ file, now, longest: 20_000 })
  for (let round = 0; round < 30; round++) {
    for (let index = 0; index < 200; index++) history.add(event(round * 200 + index))
    await history.close()
  }
  expect((await stat(file)).size).toBeLessThan(3 * 500 * JSON.stringify(event(6_000)).length)
  const { records } = await openHistory({ file, now })
  expect(records.at(-1)).toEqual(event(5_999))
  expect(await readdir(place.folder)).toEqual(['alerts.jsonl'])
})

test('a folder that cannot be written to loses the history and nothing else', async () => {
  await using place = await temporaryFolder()
  const blocked = path.join(place.folder, 'file')
  await writeFile(blocked, '')
  const history = await openHistory({ file: path.join(blocked, 'alerts.jsonl'), now })
  history.add(event(1))
  await history.close()
  expect(history.problem()).toContain('cannot be written')
  expect(await readFile(blocked, 'utf8')).toBe('')
})
