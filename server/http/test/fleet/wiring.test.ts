import './on-redis.ts'
import '../wiring.test.ts'
