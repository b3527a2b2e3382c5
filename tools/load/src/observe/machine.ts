export { type MachineUse, machineUse, usedByOthers } from './machine-use.ts'
export { childrenCpuSeconds, treeCpuSeconds } from './process-cpu.ts'
