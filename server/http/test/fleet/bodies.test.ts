import './on-redis.ts'
import '../bodies.test.ts'
