export { connectTagSpace, type ConnectOptions } from './redis/connect-tag-space.ts'
export { openTagSpace, type SharedTagSpaceOptions } from './shared/open-tag-space.ts'
export type { RedisEvents, RedisPort, RedisReply, RedisWord } from './shared/port.ts'
export type { Timers } from './shared/timers.ts'
