/** What the worker is asked, one request at a time. */
export type EngineRequest =
  | { kind: 'session' }
  | { kind: 'bytes'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'close' }

/** Its answer; `ready` comes unasked once, after the start. */
export type EngineReply =
  | { kind: 'ready' }
  | { kind: 'bytes'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'failed'; problem: string }
