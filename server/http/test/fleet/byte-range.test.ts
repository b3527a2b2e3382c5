import './on-redis.ts'
import '../byte-range.test.ts'
