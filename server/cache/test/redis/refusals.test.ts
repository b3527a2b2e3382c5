import { expect, test } from 'vitest'
import { describeProblem } from '../../src/redis/problem.ts'
import { lacksTracking, readRefusal } from '../../src/redis/refusals.ts'
import { backOff } from '../../src/redis/connect-redis.ts'

test.for<[words: string, kind: ReturnType<typeof readRefusal>]>([
  ['NOSCRIPT No matching script. Please use EVAL.', { kind: 'no-script' }],
  ['MOVED 3999 127.0.0.1:6381', { kind: 'moved', host: '127.0.0.1', port: 6381 }],
  ['MOVED 3999 redis-2.example:6381', { kind: 'moved', host: 'redis-2.example', port: 6381 }],
  ['MOVED 3999 2001:db8::1:6381', { kind: 'moved', host: '2001:db8::1', port: 6381 }],
  ['MOVED 3999 :6381', { kind: 'moved', host: '', port: 6381 }],
  ['MOVED 3999 ?:6381', { kind: 'moved', host: '', port: 6381 }],
  ["READONLY You can't write against a read only replica.", { kind: 'unusable' }],
  [
    "ERR Error running script (call to f_0): @user_script:1: @user_script: 1: -READONLY You can't write",
    { kind: 'unusable' },
  ],
  ['LOADING Redis is loading the dataset in memory', { kind: 'unusable' }],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", { kind: 'unusable' }],
  ['NOAUTH Authentication required.', { kind: 'unusable' }],
  ['ASK 3999 127.0.0.1:6381', { kind: 'refused' }],
  ['CLUSTERDOWN The cluster is down', { kind: 'refused' }],
  ["OOM command not allowed when used memory > 'maxmemory'.", { kind: 'refused' }],
  ['ERR unknown command READONLYISH', { kind: 'refused' }],
])('%j', ([words, refusal]) => {
  expect(readRefusal(words)).toEqual(refusal)
})

test.for<[words: string, lacks: boolean]>([
  ['NOPROTO unsupported protocol version', true],
  ["ERR unknown command 'HELLO'", true],
  ["ERR Unknown subcommand or wrong number of arguments for 'TRACKING'. Try CLIENT HELP.", true],
  ["NOPERM this user has no permissions to run the 'client|tracking' command", true],
  ['WRONGPASS invalid username-password pair or user is disabled.', false],
  ['NOAUTH HELLO must be called with the client already authenticated', false],
  ['ERR invalid password', false],
  ['ERR Client sent AUTH, but no password is set. without any password configured', false],
  ['LOADING Redis is loading the dataset in memory', false],
  ['ERR max number of clients reached', false],
  ['DENIED Redis is running in protected mode', false],
])('a server that greets with %j lacks tracking: %s', ([words, lacks]) => {
  expect(lacksTracking(words)).toBe(lacks)
})

test('a problem is told in its own words, without the password', () => {
  const address = { host: 'h', port: 1, tls: false, database: 0, password: 'geheim' }
  const several = new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('second')])
  expect(describeProblem(several, address)).toBe('connect ECONNREFUSED ::1:1')
  expect(describeProblem(new Error('geheim is wrong'), address)).toBe('*** is wrong')
  expect(
    describeProblem(new Error("ERR unknown command 'HELLO', with args beginning with: '3' 'gehe"), address),
  ).toBe("ERR unknown command 'HELLO'")
  expect(describeProblem(new TypeError(), address)).toBe('TypeError')
  expect(describeProblem('text', address)).toBe('text')
})

test('waits between attempts double from 20 ms to half a second, spread over all that is shorter', () => {
  expect([0, 1, 2, 3, 10, 2000].map((failures) => backOff(failures, 0))).toEqual([20, 20, 20, 20, 20, 20])
  expect([0, 1, 2, 3, 10, 2000].map((failures) => backOff(failures, 1))).toEqual([20, 40, 80, 160, 500, 500])
  expect(backOff(10, 0.5)).toBe(260)
})
