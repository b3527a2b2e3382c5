import './on-redis.ts'
import '../responses.test.ts'
