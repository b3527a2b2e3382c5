import './on-redis.ts'
import '../frameworks.test.ts'
