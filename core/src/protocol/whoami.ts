import type { Worker } from './worker.ts'

/** An `administrator` may change things and see values of statements; a `viewer` may look at everything else. */
export type Role = 'administrator' | 'viewer'

/** Who the server takes the caller for; GET /_hotpath/api/whoami. */
export interface WhoAmI {
  worker: Worker
  role: Role
  /** What told so: a token that was sent, or that the caller is on the same machine. */
  by: 'token' | 'this machine'
}
