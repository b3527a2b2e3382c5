import { keepAwake } from '../../src/run/awake.ts'

/** Keeps the cores awake until it is killed. */
await keepAwake()
process.send?.('awake')
setInterval(() => {}, 60_000)
