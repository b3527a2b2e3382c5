import './on-redis.ts'
import '../spellings.test.ts'
