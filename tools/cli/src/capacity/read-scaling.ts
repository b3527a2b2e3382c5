import { fitProcesses, processPoints, type ProcessScaling } from '@hotpath/load/capacity'
import { readInputs } from './read-inputs.ts'

/**
 * How work grows with processes: from a file of points (`load` being processes), or from watched runs of several
 * numbers of processes; null where no file is named.
 * @throws HP_CAPACITY_INPUT
 */
export function readScaling(files: readonly string[] | undefined): ProcessScaling | null {
  if (files === undefined) return null
  const input = readInputs(files)
  return fitProcesses(input.kind === 'points' ? input.points : processPoints(input.files), files[0]!)
}

/** The share of its work that a pod still does among others, by its lower bound; a pod is what was measured. */
export function podEfficiency(
  scaling: ProcessScaling | null,
  processesPerPod: number,
): { efficiency?: (pods: number) => number } {
  if (scaling === null) return {}
  const alone = scaling.efficiency(processesPerPod).value
  return {
    efficiency: (pods) => Math.min(1, scaling.efficiency(Math.max(1, pods) * processesPerPod).low / alone),
  }
}
