export { adviseIndexes } from './advise.ts'
export type { AcceptedIndex, Advice, AdviceProgress, AdviseOptions } from './options.ts'
export { type Proposal, proposeIndexes, type Scanned } from './propose.ts'
export { parseWorkload, type WorkloadStatement } from './workload.ts'
