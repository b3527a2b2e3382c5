import type { RunResult } from '@hotpath/load'

/** What a machine does to a run that has other tests, or a busy host. */
const ofTheMachine = /^(The host of this virtual machine took|Answers were read late|Requests were sent late)/

/** Why a run is not VALID, but for what this machine and its host did meanwhile. */
export function ownReasons({ reasons }: RunResult): string[] {
  return reasons.filter((reason) => !ofTheMachine.test(reason))
}
