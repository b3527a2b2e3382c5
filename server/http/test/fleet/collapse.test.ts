import './on-redis.ts'
import '../collapse.test.ts'
