import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '@hotpath/cache/local'
import { answering } from './answering.ts'
import { type Peer, startPinned } from './pinned.ts'

/** nginx with proxy_cache before `origin`: as its documentation sets up a cache. */
export function startNginx(originPort: number): Promise<Peer> {
  return startServing(
    (folder) => `proxy_cache_path ${folder}/cache levels=1:2 keys_zone=bench:10m;`,
    `proxy_pass http://127.0.0.1:${originPort};
      proxy_cache bench;
      proxy_cache_valid 200 10m;
      proxy_cache_lock on;
      add_header X-Cache-Status $upstream_cache_status;`,
  )
}

/** nginx that answers by itself, with some bytes of JSON: no generator of one process is faster. */
export function startAnsweringNginx(): Promise<Peer> {
  return startServing(() => '', `default_type application/json;\n      return 200 '{"ok":true}';`)
}

/** One worker, no access log. */
async function startServing(global: (folder: string) => string, location: string): Promise<Peer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-nginx-'))
  const port = await freePort()
  writeFileSync(
    path.join(folder, 'nginx.conf'),
    configuration({ folder, port, global: global(folder), location }),
  )
  const running = startPinned('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', 'stderr'])
  await answering(port, 'nginx')
  return {
    port,
    pid: running.pid,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

interface Configured {
  folder: string
  port: number
  global: string
  location: string
}

const configuration = ({ folder, port, global, location }: Configured) => `
daemon off;
worker_processes 1;
user root;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${global}
  server {
    listen 127.0.0.1:${port};
    location / {
      ${location}
    }
  }
}
`
