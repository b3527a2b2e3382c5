export { findPostgres, type PostgresPrograms, type SearchPlaces } from './find.ts'
export type { LocalPostgres, StartPostgresOptions } from './cluster.ts'
export { startPostgres, startReplica } from './start.ts'
