import { defineErrors } from '@hotpath/core'

/** Every error that @hotpath/app throws. */
export const appErrors = defineErrors({
  HP_ENVIRONMENT_INVALID: {
    what: '{name} is set to "{given}".',
    why: '{why}',
    fix: '{fix}',
  },
  HP_PORT_BUSY: {
    what: 'Port {port} of {host} is taken.',
    why: 'Another process is listening there.',
    fix: 'Stop it, or choose another port with --port N (0 takes any free one).',
  },
  HP_PORT_REFUSED: {
    what: 'Cannot listen on port {port} of {host}: {problem}.',
    why: 'The operating system refused the address.',
    fix: 'Choose a port from 1024 to 65535 and an address of this machine.',
  },
  HP_PURGE_INVALID: {
    what: 'Cannot read this purge: {problem}.',
    why: 'A purge is a JSON object with "tags" (a list), or "pattern" (a glob such as ballot:*), or both.',
    fix: 'Send application/json with, for example, "tags": ["ballot:12"].',
  },
})
