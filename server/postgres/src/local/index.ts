export { findPostgres, type PostgresPrograms, type SearchPlaces } from './find.ts'
export { startPostgres, type LocalPostgres, type StartPostgresOptions } from './start.ts'
