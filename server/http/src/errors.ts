import { defineErrors } from '@hotpath/core'

/** Every error that @hotpath/http throws. */
export const httpErrors = defineErrors({
  HP_HTTP_ENTRY_BOUND_INVALID: {
    what: 'maxEntryBytes is {entry}, maxBytes is {total}.',
    why: 'A response of the largest size allowed must fit into the cache, and must be larger than nothing.',
    fix: 'Give maxEntryBytes a value between 1 and maxBytes.',
  },
  HP_HTTP_PROTOCOL_UNSUPPORTED: {
    what: 'serverFactory cannot make an HTTP/2 server.',
    why: 'The cache speaks HTTP/1.1 so far.',
    fix: 'Leave out `http2`, and let the load balancer in front speak HTTP/2 to browsers.',
  },
  HP_HTTP_PATTERN_INVALID: {
    what: 'Cannot purge {given}.',
    why: 'A purge takes a pattern over path and query, in which * stands for any run of characters.',
    fix: 'Write for example purge("/api/ballots/*"), or purge("*") for everything.',
  },
})
