import './on-redis.ts'
import '../failures.test.ts'
