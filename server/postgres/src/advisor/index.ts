export { adviseIndexes } from './advise.ts'
export type { AcceptedIndex, Advice, AdviceProgress, AdviseOptions } from './options.ts'
export { parseWorkload, type WorkloadStatement } from './workload.ts'
