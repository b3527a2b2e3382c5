import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { newestPlan } from '../src/capacity-path.ts'

const plan = { ratePerPod: 310, replicas: 9, hpa: { minReplicas: 2, maxReplicas: 14 }, budget: 'p95 < 200ms' }

test('the newest file that is a plan is shown; what is none is passed over', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-plans-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(await newestPlan(path.join(folder, 'nowhere'), folder)).toBeNull()
  const write = (name: string, text: string, second: number) => {
    writeFileSync(path.join(folder, name), text)
    utimesSync(path.join(folder, name), second, second)
  }
  write('old.json', JSON.stringify({ ...plan, replicas: 3 }), 100)
  write('new.json', JSON.stringify({ ...plan, cost: { total: 1_840, currency: '$', pods: 1_200 } }), 200)
  write('broken.json', '{', 300)
  write('refused.json', '{"refused":"too little was seen"}', 400)
  write('notes.txt', JSON.stringify(plan), 500)
  expect(await newestPlan(folder, path.dirname(folder))).toEqual({
    file: `${path.basename(folder)}/new.json`,
    at: 200_000,
    ratePerPod: 310,
    replicas: 9,
    spare: 0,
    budget: 'p95 < 200ms',
    cpuTarget: 0,
    minReplicas: 2,
    maxReplicas: 14,
    connections: null,
    databaseCores: null,
    cost: { total: 1_840, currency: '$' },
    problems: [],
  })
})
