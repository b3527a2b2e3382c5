import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '@hotpath/cache/local'

/** Debian's nginx before several instances of one application, as a load balancer that follows their readiness. */
export interface LoadBalancer extends AsyncDisposable {
  url: string
  /** Ports of the instances that it asks. */
  asks(): number[]
  /** What it had to say against the instances. */
  complaints(): string
}

/** Between two looks at readiness, in milliseconds. */
const probeMs = 100

/**
 * Starts it. It never asks a second instance where one fails, so that whatever is refused or cut reaches the client;
 * and it keeps no client connections, because it closes those itself whenever its list of instances changes.
 */
export async function startLoadBalancer(folder: string, ports: readonly number[]): Promise<LoadBalancer> {
  const port = await freePort()
  const up = new Set<number>()
  const configuration = path.join(folder, 'nginx.conf')
  const write = () => writeFileSync(configuration, configure(folder, port, { ports, up }))
  for (const one of ports) if (await isReady(one)) up.add(one)
  write()
  const nginx = spawn('nginx', ['-p', folder, '-c', configuration, '-e', path.join(folder, 'error.log')], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  })
  const url = `http://127.0.0.1:${port}`
  while (!(await isReady(port))) await pause()
  const over = new AbortController()
  const following = follow()

  async function follow(): Promise<void> {
    while (!over.signal.aborted) {
      const before = [...up].join()
      for (const one of ports) {
        if (await isReady(one)) up.add(one)
        else up.delete(one)
      }
      if ([...up].join() !== before) {
        write()
        nginx.kill('SIGHUP')
      }
      await pause()
    }
  }

  return {
    url,
    asks: () => [...up],
    complaints: () =>
      readFileSync(path.join(folder, 'error.log'), 'utf8').replaceAll(/^.*\[notice\].*\n/gm, ''),
    async [Symbol.asyncDispose]() {
      over.abort()
      await following
      nginx.kill('SIGQUIT')
      await once(nginx, 'exit')
    },
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, probeMs))

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/ready`).then(
    async (response) => {
      await response.body?.cancel()
      return response.ok
    },
    () => false,
  )
}

interface Instances {
  ports: readonly number[]
  up: ReadonlySet<number>
}

function configure(folder: string, port: number, { ports, up }: Instances): string {
  const servers = ports.map((one) => `server 127.0.0.1:${one} max_fails=0${up.has(one) ? '' : ' down'};`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  return `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  keepalive_timeout 0;
  upstream instances {
    ${servers.join('\n    ')}
    keepalive 32;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://instances;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_next_upstream off;
    }
  }
}
`
}
