import './on-redis.ts'
import '../accounts.test.ts'
