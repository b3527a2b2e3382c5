export { startRedis, type LocalRedis, type StartRedisOptions } from './local/start-redis.ts'
export { freePort } from './local/free-port.ts'
