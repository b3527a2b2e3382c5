import { expect, test } from 'vitest'
import { portOfEnvironment } from '../src/listening-port.ts'

test('the port is that of PORT, and 4000 where PORT is unset or empty', () => {
  expect([{ PORT: '8080' }, { PORT: '0' }, { PORT: '' }, {}].map(portOfEnvironment)).toEqual([
    8080, 0, 4000, 4000,
  ])
})

test.each(['web', '-1', '65536', '80.5', ' '])('a PORT of "%s" is refused by its name', (PORT) => {
  expect(() => portOfEnvironment({ PORT })).toThrow(`PORT was given "${PORT}".`)
})
