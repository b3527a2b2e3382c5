import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { type Capacity, paths, type SavedPlan, type Worker } from '@hotpath/core'
import { headroomOf, type Monitor } from '@hotpath/monitor'
import { type Answer, sendJson } from './respond.ts'

export interface CapacityPathOptions {
  monitor: Pick<Monitor, 'samples'>
  worker: Worker
  /** Of the application's data; plans lie in `capacity/` below it. */
  folder: string
}

/** The guarded path of this process' headroom and of the newest plan. */
export function capacityPath({ monitor, worker, folder }: CapacityPathOptions): Record<string, Answer> {
  return {
    [`GET ${paths.capacity}`]: async (_, response) => {
      const { now, ...samples } = monitor.samples(0)
      const plan = await newestPlan(path.join(folder, 'capacity'), folder)
      sendJson(response, 200, { worker, now, headroom: headroomOf(samples), plan } satisfies Capacity)
    },
  }
}

/** The newest file of a folder that is a plan of `hotpath capacity plan --out`; null where there is none. */
export async function newestPlan(folder: string, relativeTo: string): Promise<SavedPlan | null> {
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => name.endsWith('.json')).map((name) => path.join(folder, name))
  const dated = await Promise.all(
    files.map(async (file) => ({
      file,
      at: await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  )
  for (const { file, at } of dated.sort((a, b) => b.at - a.at)) {
    const plan = planOf(await readFile(file, 'utf8').catch(() => ''))
    if (plan) return { ...plan, file: path.relative(relativeTo, file), at }
  }
  return null
}

/** What `hotpath capacity plan` writes, as far as it is shown. */
interface PlanDocument {
  ratePerPod: number
  replicas: number
  spare: number
  cpuTarget: number
  problems: string[]
  connections: SavedPlan['connections']
  databaseCores: number | null
  hpa: { minReplicas: number; maxReplicas: number }
  budget: string
  cost: { total: number; currency: string } | null
}

function planOf(text: string): Omit<SavedPlan, 'file' | 'at'> | undefined {
  let plan: Partial<PlanDocument> | null
  try {
    plan = JSON.parse(text) as Partial<PlanDocument> | null
  } catch {
    return undefined
  }
  if (typeof plan?.ratePerPod !== 'number' || typeof plan.replicas !== 'number' || !plan.hpa) return undefined
  const { ratePerPod, replicas, spare = 0, cpuTarget = 0, problems = [], connections = null } = plan
  const { databaseCores = null, budget = '', cost = null, hpa } = plan
  return {
    ratePerPod,
    replicas,
    spare,
    budget,
    cpuTarget,
    minReplicas: hpa.minReplicas,
    maxReplicas: hpa.maxReplicas,
    connections,
    databaseCores,
    cost: cost && { total: cost.total, currency: cost.currency },
    problems,
  }
}
