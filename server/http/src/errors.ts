import { defineErrors } from '@hotpath/core'

/** Every error that @hotpath/http throws. */
export const httpErrors = defineErrors({
  HP_HTTP_ENTRY_BOUND_INVALID: {
    what: 'maxEntryBytes is {entry}, maxBytes is {total}.',
    why: 'A response of the largest size allowed must fit into the cache, and must be larger than nothing.',
    fix: 'Give maxEntryBytes a value between 1 and maxBytes.',
  },
  HP_HTTP_ROUTE_PATH_UNSUPPORTED: {
    what: 'The route {path} cannot be declared with options: "{segment}" is neither a fixed segment nor one parameter.',
    why: 'Wildcards, optional parts and regular expressions mean different things in each framework, and the cache matches paths before the framework does.',
    fix: 'Declare it without options and set Cache-Control, CDN-Cache-Control and Cache-Groups in its handler.',
  },
  HP_HTTP_COMPRESSION_INVALID: {
    what: '{name} of compress is {value}.',
    why: 'It is a number of bodies worked on at one time.',
    fix: 'Give it a whole number above 0, or compress: false to compress nothing.',
  },
  HP_HTTP_RATIO_INVALID: {
    what: 'maxRatio is {given}.',
    why: 'It is how many bytes a coded body may decode to for each byte that came.',
    fix: 'Give it a number above 1, such as 100.',
  },
  HP_HTTP_TAGS_INVALID: {
    what: 'Cannot invalidate the tags {given}.',
    why: 'Tags are a list of texts, each of at least one character.',
    fix: "Give them as an array, also when there is one: tags: ['ballot:12'].",
  },
  HP_HTTP_HEURISTIC_INVALID: {
    what: 'The fraction of heuristic is {fraction}.',
    why: 'It is the share of its age that a response is taken to stay as it is (RFC 9111 §4.2.2).',
    fix: 'Give it a number above 0 and up to 1, such as 0.1.',
  },
  HP_HTTP_PATTERN_INVALID: {
    what: 'Cannot purge {given}.',
    why: 'A purge takes a pattern over path and query, in which * stands for any run of characters.',
    fix: 'Write for example purge("/api/ballots/*"), or purge("*") for everything.',
  },
  HP_ACCESS_LOG_UNWRITABLE: {
    what: 'Cannot write the access log {path}: {problem}.',
    why: 'It is opened for appending before the first request is taken in.',
    fix: 'Name a file in a folder that exists and can be written, or - for the standard output.',
  },
  HP_POLICY_INVALID: {
    what: 'Cannot read the policy {where}: {problem}.',
    why: 'A policy is JSON with the rules of routes by their pattern, in the words of the route table.',
    fix: 'Mend what it names; server/http/README.md shows a policy.',
  },
  HP_PROXY_ORIGIN_INVALID: {
    what: '"{given}" is not the address of an origin: {problem}.',
    why: 'The proxy passes on to one scheme, host and port; paths and queries are passed on as they come.',
    fix: 'Write for example http://127.0.0.1:3000 or https://www.example.org.',
  },
  HP_CSP_INVALID: {
    what: 'The directive {directive} {problem}.',
    why: 'A source is a keyword (self, none, nonce, …), a hash, a scheme, a host or an address, and none stands alone.',
    fix: "Write for example scriptSrc: ['self', 'nonce', 'https://cdn.example.org'].",
  },
  HP_SECURITY_HEADER_INVALID: {
    what: '{given} cannot be part of a header: {expected} is expected.',
    why: 'It would end the value early, or browsers would drop the whole header.',
    fix: 'Write names such as camera, and addresses such as https://reports.example.org/csp.',
  },
  HP_NONCE_UNAVAILABLE: {
    what: 'This answer has no nonce: {problem}.',
    why: 'A nonce is one of the policy that goes out with the head.',
    fix: "Name it in the policy (scriptSrc: ['self', 'nonce']), and ask for it before the first byte is written.",
  },
  HP_VERSIONS_INVALID: {
    what: 'These versions cannot be used: {problem}.',
    why: 'A version has a name of letters, digits, dots and hyphens; dates are those of an ISO 8601 calendar.',
    fix: 'Name versions such as 1 and 2024-10, the default among them, and dates such as 2026-07-01.',
  },
  HP_PAGE_INVALID: {
    what: 'The parameter "{name}" is {given}.',
    why: '{why}',
    fix: '{fix}',
  },
  HP_KEYSET_INVALID: {
    what: 'These columns cannot order pages: {problem}.',
    why: 'A cursor points between two rows, so the columns must order all rows, the last of them without ties.',
    fix: 'Name for example created_at and then id, both of order desc.',
  },
  HP_ROUTE_UNKNOWN: {
    what: 'There is no route {given}.',
    why: 'A cache is turned off and on by the route as it is declared.',
    fix: 'Ask `hotpath routes` for the routes, and write one of them in quotes: "GET /api/ballots/:id".',
  },
  HP_HTTP_RATE_INVALID: {
    what: 'Cannot read the rate limit "{name}": {problem}.',
    why: 'A rate limit is a number of requests in a length of time.',
    fix: 'Write for example limit: 100, window: "15m".',
  },
  HP_HTTP_RATE_GROUP_UNKNOWN: {
    what: 'There is no rate limit "{name}", which {by} names; there are: {known}.',
    why: 'A name that means nothing would leave requests without any limit.',
    fix: 'Declare it in groups, or name one that is there.',
  },
  HP_HTTP_RATE_COST_INVALID: {
    what: 'A request of {pattern} costs {cost}, and the rate limit "{name}" admits at most {burst} at once.',
    why: 'No such request could ever be answered.',
    fix: 'Lower the cost, or raise burst or limit.',
  },
  HP_HTTP_PROXIES_INVALID: {
    what: 'Cannot trust the proxies {given}.',
    why: 'Trusted proxies are their number (0 to 32), or a list of addresses and CIDR ranges.',
    fix: 'Write for example trust: 1, or trust: ["10.0.0.0/8", "fd00::/8"].',
  },
  HP_HTTP_TIMEOUT: {
    what: 'The handler had {timeout} and did not answer.',
    why: 'Its route, or the application, gives no more time.',
    fix: 'Give the route a longer timeout, or make the handler stop by requestSignal(request).',
  },
  HP_HTTP_BODY_TOO_LONG: {
    what: 'The body of the request is longer than {most}, and its rest was not read.',
    why: 'The route, or the application, takes no longer one; the client was answered 413.',
    fix: 'Nothing is left to do for this request. Give the route a larger maxBody if such bodies are meant to come.',
  },
})
