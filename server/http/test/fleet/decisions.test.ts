import './on-redis.ts'
import '../decisions.test.ts'
