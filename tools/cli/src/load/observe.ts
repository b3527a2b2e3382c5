import { type LoadOptions, observeRun, type RunResult } from '@hotpath/load'

/** Whether the server is watched meanwhile. */
export interface ObserveFlags {
  observe?: boolean
  /** A process on this machine, of a server that is no Hotpath application. */
  pid?: number
}

/** Drives a run and watches its server where that was asked for. The application's token is HOTPATH_TOKEN. */
export function observedLoad<Result extends RunResult>(
  run: () => Promise<Result>,
  { origin, scenarios }: LoadOptions,
  { observe = false, pid }: ObserveFlags,
): Promise<Result> {
  if (!observe && pid === undefined) return run()
  const [first] = [scenarios].flat()
  const { HOTPATH_TOKEN: token = '' } = process.env
  return observeRun(run, {
    origin: origin ?? first?.origin ?? '',
    ...(token !== '' && { token }),
    ...(pid !== undefined && { pid }),
  })
}
