import { runLoad, urlScenario } from '@hotpath/load'

/** `users-process.ts <url> <users>`: that many users with think time, each with a connection; tells what it took. */
const [url = '', users = '1'] = process.argv.slice(2)
const count = Number(users)
const { verdict, reasons, requests, errors, generator } = await runLoad({
  scenarios: urlScenario(url),
  model: 'closed',
  // They come one after the other: the kernel's queue of new connections is short.
  stages: [
    { duration: '6s', users: count },
    { duration: '8s', users: count },
  ],
  think: '2s',
  timeout: '30s',
  connections: count,
})
const { connectionsOpened, cpuSeconds } = generator
const bytes = process.resourceUsage().maxRSS * 1024
process.send?.({ verdict, reasons, requests, errors, connectionsOpened, cpuSeconds, bytes })
