import { type Command, Option } from 'commander'
import { proxy } from './commands/proxy.ts'
import { why } from './commands/why.ts'
import { example, jsonOption } from './help.ts'
import { portOption } from './listening-port.ts'
import { bytes, collect, duration, someText, wholeNumber } from './options.ts'

/** Declares `hotpath proxy`. */
export function addProxy(program: Command, onExit: (code: number) => void): void {
  const file = (option: string) => someText(option, 'a file')
  program
    .command('proxy')
    .description('the HTTP cache in front of any origin, in any language, with its console')
    .argument('<origin>', 'what it stands in front of: http://127.0.0.1:3000, or https://www.example.org')
    .option('--port <n>', 'port to listen on; 0 takes any free one', portOption, 8080)
    .option(
      '--address <address>',
      'address to listen on; 0.0.0.0 for all',
      someText('--address', 'an address of this machine'),
      '127.0.0.1',
    )
    .option('--policy <file>', 'rules of single routes (below); read again at SIGHUP', file('--policy'))
    .option('--memory <size>', 'most bytes stored in memory', bytes('--memory'), '64MiB')
    .option('--redis <url>', 'Redis to share with other proxies; otherwise REDIS_URL')
    .option(
      '--no-heuristic',
      'store only what says how long it is fresh; nothing is guessed from Last-Modified',
    )
    .option('--shadow', 'store and serve nothing; count what would have been', false)
    .option(
      '--fast-path',
      'answer hits from the socket, past node:http: plain HTTP, behind a load balancer; also HOTPATH_FAST_PATH=on',
      false,
    )
    .addOption(
      new Option(
        '--host <whose>',
        "the Host that the origin sees: the client's, or its own; otherwise client for http: origins, origin for https: ones",
      ).choices(['client', 'origin']),
    )
    .option('--trust-forwarded', 'carry on what proxies in front of this one say of the client', false)
    .option(
      '--tls-cert <file>',
      'certificate (PEM): HTTPS, with HTTP/2; read again at SIGHUP',
      file('--tls-cert'),
    )
    .option('--tls-key <file>', 'its key (PEM)', file('--tls-key'))
    .option(
      '--connections <n>',
      'most connections to the origin',
      wholeNumber('--connections', { min: 1, max: 16_384 }),
      256,
    )
    .option('--timeout <d>', 'how long the origin may take to begin its answer', duration('--timeout'), '30s')
    .option(
      '--access-log <file>',
      'a line for every request; - for stdout; opened again at SIGUSR2',
      file('--access-log'),
    )
    .addOption(
      new Option('--access-log-format <format>', 'how its lines are written')
        .choices(['combined', 'json'])
        .default('combined'),
    )
    .option(...jsonOption)
    .addHelpText('after', example('hotpath proxy http://127.0.0.1:3000 --port 8080') + lessons)
    .action(async (origin: string, options) => onExit(await proxy(origin, options)))
}

const lessons = `
What is stored is what the origin allows: Cache-Control, CDN-Cache-Control, Vary, ETag (RFC 9111). Each answer says in
its Cache-Status header what happened; \`hotpath why <url>\` says it in sentences.

A policy makes routes cacheable whose origin says nothing (policy.json):
  {
    "routes": {
      "GET /api/items/:id": { "fresh": "1h", "stale": "1d", "tags": ["item:{id}"] },
      "GET /account/:page": { "visibility": "private" }
    }
  }
Then \`hotpath cache purge --origin http://127.0.0.1:8080 --tag item:12\` drops what carries the tag.

/_hotpath/ (console), /metrics, /health and /ready are answered by the proxy itself, the first two on this machine or
to whoever presents HOTPATH_TOKEN. SIGTERM: finishes what is under way and exits. HOTPATH=off passes everything on.
`

/** Declares `hotpath why`. */
export function addWhy(program: Command, onExit: (code: number) => void): void {
  program
    .command('why')
    .description('why the answer to a URL was or was not served from the cache, and what would change that')
    .argument('<url>', 'a URL of a running application or proxy; it is asked twice, by GET')
    .option('-H, --header <line>', "a header to send, e.g. 'Accept-Language: de' (repeatable)", collect, [])
    .option('--token <token>', 'the token of its console; otherwise HOTPATH_TOKEN is used')
    .option(...jsonOption)
    .addHelpText('after', example('hotpath why http://127.0.0.1:4000/api/cities'))
    .action(async (url: string, options) => onExit(await why(url, options)))
}
