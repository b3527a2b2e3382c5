import type { RunResult } from '@hotpath/load'

/** Why a run is not VALID, but for what the host of this machine did meanwhile. */
export function ownReasons({ reasons }: RunResult): string[] {
  return reasons.filter((reason) => !reason.startsWith('The host of this virtual machine took'))
}
