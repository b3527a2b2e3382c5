import './on-redis.ts'
import '../unsafe-methods.test.ts'
