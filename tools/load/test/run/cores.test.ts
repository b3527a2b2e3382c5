import { expect, test } from 'vitest'
import { readCores, serversOf } from '../../src/run/cores.ts'

test('reads the list of cores that a process may use', () => {
  const status = (list: string) =>
    `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`
  expect(readCores(status('0-1'))).toEqual([0, 1])
  expect(readCores(status('0-2,5,8-9'))).toEqual([0, 1, 2, 5, 8, 9])
  expect(readCores(status('3'))).toEqual([3])
  expect(readCores('Name:\tnode\n')).toEqual([])
})

test('leaves the last core to the generator, where there is more than one', () => {
  expect(serversOf([0, 1])).toEqual([0])
  expect(serversOf([0, 2, 3, 9])).toEqual([0, 2, 3])
  expect(serversOf([4])).toBeNull()
  expect(serversOf([])).toBeNull()
})
