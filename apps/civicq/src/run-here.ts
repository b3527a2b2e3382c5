import { type AppModule, HotpathError } from '@hotpath/app'

/** Runs the application from its own file: PORT says where, a signal ends it. `hotpath start` does more. */
export async function runHere(start: AppModule['start']): Promise<void> {
  let shown = ''
  try {
    const app = await start({
      port: Number(process.env['PORT'] ?? 4000),
      environment: process.env,
      onProgress({ label }) {
        if (label !== shown) console.error(label)
        shown = label
      },
    })
    console.log(app.url)
    const stop = () => void app.close().then(() => process.exit(0))
    process.once('SIGINT', stop).once('SIGTERM', stop)
  } catch (error) {
    if (!(error instanceof HotpathError)) throw error
    console.error(`${error.what}\n${error.why}\n${error.fix}`)
    process.exitCode = 1
  }
}
