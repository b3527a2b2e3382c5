import './on-redis.ts'
import '../leaks.test.ts'
