import { defineErrors } from '@hotpath/core'

/** Every error that the command itself raises. */
export const cliErrors = defineErrors({
  HP_APP_UNKNOWN: {
    what: 'There is no application "{given}".',
    why: 'An application is a folder with an app.ts: {known}.',
    fix: 'Name one of them, or give the path of a folder that holds an app.ts.',
  },
  HP_APP_INCOMPLETE: {
    what: '{file} does not export {name}.',
    why: 'Every application has the same shape, so that every command works on it.',
    fix: 'Export it there; apps/civicq shows how.',
  },
  HP_PAGES_BUILD_FAILED: {
    what: 'Building {name} failed: {problem}',
    why: 'Vite could not build the folder {folder}.',
    fix: 'Run `npx vite build {folder}` and mend what it names.',
  },
  HP_OPTION_INVALID: {
    what: '{option} was given "{given}".',
    why: 'It takes {expected}.',
    fix: 'Correct it; --help shows an example.',
  },
  HP_SERVER_UNREACHABLE: {
    what: 'Nothing answers at {origin}: {problem}.',
    why: 'This command asks a running application.',
    fix: 'Start it, or correct its address; commands that take none have --origin URL.',
  },
  HP_SERVER_UNTRUSTED: {
    what: 'The certificate of {origin} is not trusted: {problem}.',
    why: 'Something answers there, and it could be anybody.',
    fix: 'Ask by a name that it was made for; one of your own is trusted with NODE_EXTRA_CA_CERTS=cert.pem before the command.',
  },
  HP_SERVER_REFUSED: {
    what: '{origin} answered {status}: {detail}',
    why: 'The console answers this machine, and others who present its token.',
    fix: 'Set HOTPATH_TOKEN to the token the application was started with, or give --token.',
  },
  HP_REQUEST_REFUSED: {
    what: '{origin} cannot do this: {detail}',
    why: 'The application understood the request and refused it.',
    fix: 'Correct what it names; --help shows an example.',
  },
  HP_SERVER_ANSWER_ODD: {
    what: '{origin} answered {status} to {path}, and not as a Hotpath application does: {detail}',
    why: 'Something else listens there, or another version.',
    fix: 'Give the address of an application with the layer: --origin URL.',
  },
  HP_SCENARIO_ADDRESS_INVALID: {
    what: '"{given}" is neither a scenario, a file nor an http: or https: URL.',
    why: 'Load is driven over HTTP.',
    fix: 'Write for example http://127.0.0.1:4000/api/cities, or civicq/read-mix.',
  },
  HP_MODULE_BROKEN: {
    what: 'Cannot load {file}: {problem}.',
    why: 'It is a module of yours, which is run to see what it exports.',
    fix: 'Correct it there; what it imports has to be installed in a folder above it.',
  },
  HP_SCENARIO_FILE_MISSING: {
    what: 'There is no file {file}.',
    why: 'Scenarios are read from it before the run.',
    fix: 'Correct the path; it is relative to the folder you are in.',
  },
  HP_GITHUB_MISSING: {
    what: 'There is no job summary to write to.',
    why: 'GITHUB_STEP_SUMMARY is not set: this does not run within GitHub Actions.',
    fix: 'Leave --github out, or set GITHUB_STEP_SUMMARY to a file.',
  },
  HP_CHILD_FAILED: {
    what: 'The application "{app}" did not start: {problem}',
    why: 'It ended, or was not ready within {seconds} s.',
    fix: 'Run `npx hotpath start {app}` by hand and read what it says.',
  },
  HP_COMMAND_FAILED: {
    what: 'The command "{command}" did not become a server: {problem}',
    why: 'It is started with a free port in PORT and must listen there.',
    fix: 'Start it by hand with PORT set, or give the URL of a server that runs already.',
  },
  HP_GIT_REFERENCE: {
    what: 'There is no commit "{given}" here: {problem}.',
    why: 'After `git:` a branch, a tag or a commit of this repository is named.',
    fix: 'See `git log` and `git branch`; a shallow clone knows few commits (`git fetch --unshallow`).',
  },
  HP_GIT_CHECKOUT: {
    what: '"{given}" could not be made ready to run: {problem}',
    why: 'It is checked out into a temporary folder, and its dependencies are installed there where its lockfile differs.',
    fix: 'Check it out by hand and run `npm ci` to see why.',
  },
  HP_COMPARE_SIDES: {
    what: 'It is not said what to compare: {given}.',
    why: 'A comparison has two sides, and they are of one kind.',
    fix: 'Give --a and --b, two files of stored runs, or --baseline and a file.',
  },
  HP_BASELINE_NAME: {
    what: '"{given}" cannot be the name of a baseline.',
    why: 'It becomes the name of a file: letters, digits, ".", "_" and "-", at most 64, beginning with a letter or digit.',
    fix: 'Choose another name.',
  },
  HP_BASELINE_UNKNOWN: {
    what: 'There is no baseline "{given}".',
    why: 'There are: {known}.',
    fix: 'Name one of them, or make it with `hotpath load … --save-baseline {given}`.',
  },
  HP_FILE_UNREADABLE: {
    what: 'Cannot read {file}: {problem}.',
    why: 'This command works on what is stored there.',
    fix: 'Name a file, or a folder, that exists.',
  },
  HP_OUT_UNWRITABLE: {
    what: 'Cannot write {file}: {problem}.',
    why: 'Nothing was measured: this is found out beforehand.',
    fix: 'Name a path in a folder that exists and can be written.',
  },
  HP_PURGE_EMPTY: {
    what: 'Nothing was named to purge.',
    why: 'Purging everything by accident would send the whole load to the database.',
    fix: "Name tags (--tag ballot:12, repeatable) or a pattern (--pattern 'ballot:*').",
  },
})
