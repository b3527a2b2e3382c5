import { arrivalRows } from '../load/arrivals-row.ts'
import { artilleryVersion, findArtillery } from '../load/artillery.ts'
import { autocannon } from '../load/autocannon.ts'
import { costRow, usersRow } from '../load/cost-rows.ts'
import { truthMatrix } from '../load/matrix.ts'
import { overloadRow } from '../load/overload-row.ts'
import { truthRows } from '../load/truth-rows.ts'
import { findWrk, wrkVersion } from '../load/wrk.ts'
import type { Suite } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/**
 * Does the generator tell the truth, and what does it cost? Servers that log their own delays, beside autocannon on
 * all cells, wrk on those of the closed model, and Artillery on those of 100 requests/s.
 */
export const load: Suite = {
  name: 'load',
  drivesLoad: true,
  description:
    'figures of the load generator beside what servers log, and beside autocannon, wrk and Artillery',
  versions: () => ({
    autocannon: packageVersion('autocannon'),
    wrk: wrkVersion(),
    nginx: programVersion('nginx', '-v'),
    artillery: artilleryVersion,
  }),
  async run(context) {
    const { quick, progress } = context
    const artillery = quick ? null : await findArtillery(progress)
    const peers = [autocannon, findWrk(), artillery].filter((peer) => peer !== null)
    return [
      ...(await truthRows(truthMatrix(quick), peers, context)),
      await overloadRow(context),
      ...(await arrivalRows(context)),
      await costRow(context),
      await usersRow(context),
    ]
  },
}
