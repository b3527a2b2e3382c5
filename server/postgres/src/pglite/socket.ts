import { Duplex } from 'node:stream'
import type { Engine } from './engine.ts'

const terminate = 'X'.charCodeAt(0)

/**
 * What pg takes for its socket, with the embedded database at the other end. So both modes run through one driver:
 * the same rows, types, errors, prepared statements and notifications, by construction.
 */
export class EngineSocket extends Duplex {
  readonly #engine: Engine
  #endSession: () => void = () => {}

  constructor(engine: Engine) {
    super()
    this.#engine = engine
  }

  connect(): this {
    // An idle connection is told, too, so that the pool replaces it before the next statement.
    this.#engine
      .openSession((error) => this.destroy(error))
      .then(
        (endSession) => {
          if (this.destroyed) return endSession()
          this.#endSession = endSession
          this.emit('connect')
        },
        (error: Error) => this.destroy(error),
      )
    return this
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#endSession()
    done(error)
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    void this.#send([chunk], done)
  }

  override _writev(writes: { chunk: Buffer }[], done: (error?: Error) => void): void {
    const chunks = writes.map(({ chunk }) => chunk)
    void this.#send(chunks, done)
  }

  override _final(done: () => void): void {
    this.push(null)
    done()
  }

  async #send(chunks: Buffer[], done: (error?: Error) => void): Promise<void> {
    // The goodbye of a connection: the session is not the engine's to lose.
    if (chunks[0]?.[0] === terminate) return done()
    try {
      this.push(await this.#engine.exchange(chunks))
    } catch (error) {
      return done(error as Error)
    }
    done()
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}
