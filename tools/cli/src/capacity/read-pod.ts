import { loadErrors } from '@hotpath/load'
import type { PodModel } from '@hotpath/load/capacity'
import { readText } from './read-inputs.ts'

const figures = [
  'requestCores',
  'baseCores',
  'cpuSecondsPerRequest',
  'kneeRate',
  'limitRate',
  'startSeconds',
  'warmupSeconds',
  'warmupFactor',
] as const satisfies readonly (keyof PodModel)[]

/** How a pod behaves, from a stored plan. @throws HP_CAPACITY_INPUT */
export function readPod(file: string): PodModel {
  const fail = (problem: string) => loadErrors.HP_CAPACITY_INPUT({ file, problem })
  let pod: Partial<PodModel> | undefined
  try {
    pod = (JSON.parse(readText(file)) as { pod?: PodModel }).pod
  } catch (error) {
    if (error instanceof SyntaxError) throw fail(`it holds no JSON: ${error.message}`)
    throw error
  }
  if (typeof pod !== 'object' || pod === null) {
    throw fail('it is no plan; `hotpath capacity plan … --out plan.json` writes one')
  }
  for (const name of figures) {
    const value = pod[name]
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) continue
    throw fail(`pod.${name} is ${JSON.stringify(value)} and no number of 0 or more`)
  }
  return pod as PodModel
}
