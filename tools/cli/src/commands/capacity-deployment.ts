import path from 'node:path'
import {
  checkDeployment,
  type Deployment,
  type DeploymentCheck,
  type DeploymentCost,
  deploymentCost,
  drawDeployment,
  hoursPerMonth,
  readPrices,
  type StoredRun,
  writeHpa,
} from '@hotpath/load/capacity'
import { notEmitted } from '../capacity/print-bound.ts'
import { deploymentText } from '../capacity/print-deployment.ts'
import { readPromise } from '../capacity/promise.ts'
import { type DeclaredDeployment, readDeclared } from '../capacity/read-deployment.ts'
import { readText } from '../capacity/read-inputs.ts'
import { readScaling } from '../capacity/read-scaling.ts'
import { simulate, type Simulated } from '../capacity/simulate.ts'
import { exitCode } from '../exit-code.ts'
import { openOutFile } from '../out-file.ts'
import { print, printJson, say } from '../terminal.ts'

export interface CapacityDeploymentOptions {
  /** A file, or an application with a plan.ts. */
  deployment: string
  /** How work grows with processes: points, or watched runs. */
  replicas?: readonly string[]
  prices?: string
  trace?: string
  emit?: string
  svg?: string
  out?: string
  seed: number
  json: boolean
}

/** Holds a declared deployment against watched runs, and says whether it carries its load. */
export async function capacityDeployment(
  files: readonly { file: string; run: StoredRun }[],
  options: CapacityDeploymentOptions,
): Promise<number> {
  const declared = await readDeclared(options.deployment)
  const { deployment } = declared
  const scaling = readScaling(options.replicas)
  const out = openOutFile(options.out)
  const emit = openOutFile(options.emit)
  const svg = openOutFile(options.svg)
  const promise = readPromise(deployment.budget)
  const check = checkDeployment(deployment, { ...promise, files, scaling, seed: options.seed })
  const simulated = simulateDay(check, options.trace)
  const cost = costOf(check, { declared, simulated, prices: options.prices })
  const title = `${deployment.name}: ${deployment.budget}`
  if (check.hpa) emit.writeText(writeHpa(check.hpa))
  else if (options.emit !== undefined) say(notEmitted(options.emit))
  svg.writeText(drawDeployment(check, title))
  const document = { ...check, budget: deployment.budget, simulation: simulated?.summary ?? null, cost }
  out.write(document)
  if (options.json) printJson(document)
  else print(deploymentText(check, { budget: deployment.budget, cost, simulated: simulated?.text ?? null }))
  return exitCodeOf(check, cost)
}

function simulateDay({ hpa, pod, load }: DeploymentCheck, trace: string | undefined): Simulated | null {
  if (trace === undefined || hpa === null || pod === null) return null
  return simulate({ spec: hpa, pod, trace, scaleTo: load.rate })
}

interface Costing {
  declared: DeclaredDeployment
  simulated: Simulated | null
  prices: string | undefined
}

/** With a trace, its instance-hours as a share of a month; without one, the peak's instances all month long. */
function costOf(check: DeploymentCheck, { declared, simulated, prices }: Costing): DeploymentCost | null {
  const { deployment, folder } = declared
  const file = prices ?? (deployment.prices === undefined ? null : path.join(folder, deployment.prices))
  if (file === null) return null
  const instanceHours = simulated
    ? (simulated.summary.podHours / simulated.summary.hours) * hoursPerMonth
    : (check.instances ?? deployment.instances.most) * hoursPerMonth
  return deploymentCost(readPrices(readText(file), file), deployment, {
    instanceHours,
    replicas: replicasOf(check, deployment),
  })
}

/** Where none is known to be enough, all are paid for. */
const replicasOf = ({ replicas }: DeploymentCheck, deployment: Deployment) =>
  replicas?.needed ?? deployment.replicas?.most ?? 0

function exitCodeOf({ verdict }: DeploymentCheck, cost: DeploymentCost | null): number {
  if (verdict === 'FALLS SHORT' || cost?.judgement === 'above') return exitCode.broken
  return verdict === 'CARRIES' ? exitCode.ok : exitCode.inconclusive
}
