export { startRedis, type LocalRedis, type StartRedisOptions } from './local/start-redis.ts'
