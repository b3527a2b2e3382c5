import type { Mutation } from './mutation.ts'
import { mutationsOfCaches, mutationsOfKnowledge } from './mutations-process.ts'
import { mutationsOfPort, mutationsOfScripts } from './mutations-redis.ts'

/** A mutation for each rule of the protocol. */
export const mutations: readonly Mutation[] = [
  ...mutationsOfScripts,
  ...mutationsOfPort,
  ...mutationsOfKnowledge,
  ...mutationsOfCaches,
]
