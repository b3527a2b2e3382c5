import { defineErrors } from '@hotpath/core'

/** Every error that @hotpath/postgres throws itself. SQL errors stay pg's DatabaseError, with their SQLSTATE in `code`. */
export const postgresErrors = defineErrors({
  HP_DATABASE_OPTION_INVALID: {
    what: 'The database option {option} is {given}.',
    why: '{problem}',
    fix: 'Correct {option} where openDatabase is called.',
  },
  HP_DATABASE_URL_INVALID: {
    what: 'Cannot read the database URL: {problem}.',
    why: 'A database URL names a server, a user and a database. It is not repeated here: it may hold a password.',
    fix: 'Write postgres://user:password@host:5432/database, with special characters of the password percent-encoded (# is %23, @ is %40).',
  },
  HP_DATABASE_UNREACHABLE: {
    what: 'Cannot connect to PostgreSQL at {address}: {problem}.',
    why: 'Nothing answered there as a PostgreSQL server does.',
    fix: 'Start the server, or correct host and port of the database URL; without a URL the data is kept in an embedded database.',
  },
  HP_DATABASE_REFUSED: {
    what: 'PostgreSQL at {address} refused the connection of user "{user}" to database "{database}": {problem}.',
    why: 'The server was reached and said no ({code}).',
    fix: '{advice}',
  },
  HP_DATABASE_FOLDER_UNUSABLE: {
    what: 'Cannot open the embedded database in {folder}: {problem}.',
    why: 'The folder must be writable, and its data written by this major version of PostgreSQL.',
    fix: 'Correct the permissions, name another folder, or move the folder away to begin with an empty database.',
  },
  HP_DATABASE_LOCKED: {
    what: 'The embedded database in {folder} is in use by process {pid}.',
    why: 'Two processes writing one folder would destroy the data.',
    fix: '{advice} The lock is the file {file}.',
  },
  HP_ROUTED_CURSOR: {
    what: 'A cursor cannot be opened on a connection that may yet be a replica.',
    why: 'Which server answers is decided by the first statement, and a cursor has to be given back at once.',
    fix: 'Open the cursor in a transaction, or on the pool of the primary.',
  },
  HP_DATABASE_CLOSED: {
    what: 'The database is closed.',
    why: 'close() was called; statements that began before were given time to end.',
    fix: 'Stop the work that needs the database before closing it.',
  },
  HP_DATABASE_LOST: {
    what: 'The in-memory database is gone: {problem}.',
    why: 'It lived in the memory of a process that ended; data that must survive is kept in a folder.',
    fix: 'Open the database again to begin empty, or give openDatabase a folder.',
  },
  HP_DATABASE_STARTING: {
    what: 'The embedded database had not started again after {waited} ms.',
    why: 'Its process ended, as after a statement over its deadline, and a new one is reading the data.',
    fix: 'Try again in a moment, or raise connectTimeout.',
  },
  HP_CONNECTION_LOST: {
    what: 'The connection to the database was lost: {problem}.',
    why: 'Its transaction, if it had one, was rolled back by the server; a commit that was under way may have taken effect.',
    fix: 'Run the whole transaction again; new connections are opened by themselves.',
  },
  HP_POOL_TIMEOUT: {
    what: 'No database connection came free in {waited} ms: {busy} of {max} are busy, {waiting} more callers wait.',
    why: 'Statements or transactions hold their connections for longer than the callers may wait.',
    fix: 'Find the slow statement or the transaction that is not released; then consider a larger poolSize.',
  },
  HP_STATEMENT_TIMEOUT: {
    what: 'A statement was stopped after {limit} ms.',
    why: 'It ran longer than statementTimeout allows. {consequence}',
    fix: 'Make the statement faster (an index, fewer rows), or raise statementTimeout.',
  },
  HP_STATEMENT_CANCELLED: {
    what: 'A statement was cancelled.',
    why: 'The signal it was sent with was aborted: whoever waited for it went away.',
    fix: 'Nothing, where nobody waits any more; a transaction around it must be rolled back.',
  },
  HP_BULK_INVALID: {
    what: 'Cannot build a statement for many rows: {problem}.',
    why: 'Columns are named with their PostgreSQL types, which stand in the statement itself.',
    fix: 'Name each column with its type, such as int, text or numeric(10, 2).',
  },
  HP_CLIENT_RELEASED: {
    what: 'A statement was sent on a client that had been released.',
    why: 'Its connection may serve another caller by now.',
    fix: 'Release a client after its last statement has been answered.',
  },
  HP_CLIENT_RELEASED_TWICE: {
    what: 'A database client was released twice.',
    why: 'After the first release it may belong to another caller, whose transaction would be cut.',
    fix: 'Release each client once, in one finally block.',
  },
  HP_POSTGRES_MISSING: {
    what: 'No PostgreSQL server programs were found.',
    why: 'Looked for initdb, pg_ctl and postgres in /usr/lib/postgresql/*/bin and on the PATH.',
    fix: 'Install them: apt-get install postgresql (Debian, Ubuntu), dnf install postgresql-server (Fedora) or brew install postgresql (macOS).',
  },
  HP_POSTGRES_START_FAILED: {
    what: 'A temporary PostgreSQL server did not start: {step} failed.',
    why: 'It said: {output}',
    fix: '{advice}',
  },
  HP_WORKLOAD_INVALID: {
    what: 'Line {line} of the workload cannot be used: {problem}.',
    why: 'A workload has one JSON object a line, with name, weight, sql, params (a list of lists) and perhaps write.',
    fix: 'Correct that line; docs/guides/index-advisor.md shows one.',
  },
  HP_WORKLOAD_EMPTY: {
    what: 'There are no statements to advise on.',
    why: 'pg_stat_statements holds none of this database whose parameters could be guessed.',
    fix: 'Give a workload file with real parameters: --workload file.jsonl.',
  },
  HP_STATEMENTS_UNKNOWN: {
    what: 'The statements of the server cannot be read: {problem}.',
    why: 'Without a workload file they are taken from the extension pg_stat_statements.',
    fix: 'Give --workload file.jsonl, or add pg_stat_statements to shared_preload_libraries, restart, and run create extension pg_stat_statements.',
  },
  HP_CLONE_FAILED: {
    what: 'The database could not be cloned: {problem}.',
    why: 'Indexes are proved on a copy, never on the database itself.',
    fix: "Give a user that may create databases (alter role … createdb) and owns this one; with others connected pg_dump and pg_restore of the server's version are needed too.",
  },
  HP_CLONE_SPACE: {
    what: 'There is too little disk space for a clone: {free} are free, {needed} are needed.',
    why: 'The clone is a whole copy, and indexes are built on it.',
    fix: 'Free some space, or restore a backup on another machine and advise there.',
  },
})
