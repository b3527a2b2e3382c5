import './on-redis.ts'
import '../fences.test.ts'
