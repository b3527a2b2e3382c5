import { defineErrors } from '@hotpath/core'

/** Every error that @hotpath/cache throws. */
export const cacheErrors = defineErrors({
  HP_CACHE_NAMESPACE_INVALID: {
    what: '{given} is not a namespace.',
    why: 'A cache is named in its statistics and messages by a string of at least one character.',
    fix: 'Give the option namespace a name such as "ballots".',
  },
  HP_CACHE_APPLICATION_INVALID: {
    what: '{given} is not the name of an application.',
    why: 'It names everything that the application keeps in Redis, and so which processes belong together: a string of at least one character.',
    fix: 'Give the option name a name such as "civicq".',
  },
  HP_CACHE_BOUND_INVALID: {
    what: '{name} is {given}.',
    why: 'A memory tier without a bound, or with room for nothing, is a mistake: {name} is a whole number of 1 or more.',
    fix: 'Give {name} a value of 1 or more, or leave it out.',
  },
  HP_CACHE_KEY_INVALID: {
    what: '{given} is not a cache key.',
    why: 'A key is a string of at least one character.',
    fix: 'Build the key from what the value depends on, such as "ballot:12".',
  },
  HP_CACHE_TAGS_INVALID: {
    what: 'Cannot use these tags: {given}.',
    why: 'Tags are a list of strings of at least one character each.',
    fix: 'Write for example tags: ["ballot:12"].',
  },
  HP_CACHE_TAGS_LATE: {
    what: 'addTags was called after the load of {key} had ended.',
    why: 'The value is already stored under the tags known when it arrived, so this tag could never drop it.',
    fix: 'Await everything that calls addTags before the loader returns.',
  },
  HP_CACHE_LOADER_INVALID: {
    what: 'The loader of {key} is {given}, not a function.',
    why: 'A miss is answered by calling the loader.',
    fix: 'Write for example cache.getOrLoad(key, () => loadBallot(id)).',
  },
  HP_CACHE_MANY_INVALID: {
    what: 'The loader of getMany returned {given}, not a Map.',
    why: 'It is asked for several keys at once, and a Map says which value belongs to which.',
    fix: 'Return for example new Map(rows.map((row) => [row.key, row])).',
  },
  HP_CACHE_LOAD_RECURSIVE: {
    what: 'The loader of {key} asked the cache for {key} itself.',
    why: 'It would wait for its own result for ever.',
    fix: 'Let the loader read the origin, or give the inner value a key of its own.',
  },
  HP_CACHE_VALUE_INVALID: {
    what: 'cache.set was given a promise for {key}.',
    why: 'A promise is not a value: were it to reject, the error would be cached.',
    fix: 'Await it first, or use cache.getOrLoad.',
  },
  HP_CACHE_VALUE_UNSERIALIZABLE: {
    what: 'Cannot write the value of {key} for Redis: {problem}.',
    why: 'Redis keeps bytes. Plain objects, arrays, texts, numbers, dates, maps, sets and buffers come back as they were; functions, symbols, promises, errors and instances of classes would not.',
    fix: 'Let the loader return plain data, give the cache a serializer that knows these types, or keep them in a cache whose tag space is not connected to Redis.',
  },
  HP_CACHE_VALUE_UNREADABLE: {
    what: 'Cannot read a value of {bytes} bytes in the format {format}: {problem}.',
    why: 'What Redis holds is damaged, or was written by something else, another version of Node or a serializer that is not here.',
    fix: 'Nothing needs to be done: it counts as a miss, and the next load replaces it. If it goes on, give the cache another version or namespace.',
  },
  HP_CACHE_SHARE_INVALID: {
    what: '{name} is {given}.',
    why: 'It is a part of the ttl, from 0 to 1.',
    fix: 'Write for example {name}: 0.1.',
  },
  HP_CACHE_LOAD_TIMEOUT: {
    what: 'The value of {key} did not come within {waited}.',
    why: 'Its loader is slower than the option timeout allows, or never ends.',
    fix: 'Let the loader pass its signal on and look at what it waits for, or give timeout a longer time.',
  },
  HP_CACHE_REDIS_DOWN: {
    what: 'Redis was needed for {key}: {problem}',
    why: 'This cache is told to fail rather than to go on without Redis (redisDown: "fail").',
    fix: 'Bring Redis back, or choose redisDown: "load" or "serve".',
  },
  HP_CACHE_SIZE_INVALID: {
    what: '{given} is not a size in bytes.',
    why: 'The byte bound adds up the sizes of all entries; each is a number of 0 or more.',
    fix: 'Correct the sizeOf option, or leave it out.',
  },
  HP_CACHE_SELECTION_INVALID: {
    what: 'Cannot tell what to invalidate or expire: {problem}.',
    why: 'It takes an object with tags, keys (lists of strings), a pattern (a string), or several of them.',
    fix: 'Write for example tags: ["ballot:12"], keys: ["ballot:12"] or pattern: "ballot:*".',
  },
  HP_CACHE_CALL_UNNAMED: {
    what: 'This function has no name to build cache keys from.',
    why: 'By default the key of a call is the name of the function (of a method, also its class) and the arguments.',
    fix: 'Give the option name, such as name: "ballot", or key.',
  },
  HP_CACHE_CALL_NAME_TAKEN: {
    what: 'Two different functions have the name {name} in one cache.',
    why: 'With default keys each would be answered with the values of the other.',
    fix: 'Give one of them the option name or key, or a cache of its own.',
  },
  HP_CACHE_CALL_ARGUMENT: {
    what: 'Cannot build the cache key of a call of {name}: its argument {index} is {given}.',
    why: 'The default key is made of texts, numbers, bigints, booleans, null and undefined; of other values it is not known what makes two of them the same.',
    fix: 'Give the option key, such as key: (user) => String(user.id).',
  },
  HP_CACHE_DECORATOR_MISPLACED: {
    what: '@Cacheable was applied to {given}.',
    why: 'It is a standard decorator (TC39 stage 3) for methods. A compiler with experimentalDecorators calls decorators in another, older way.',
    fix: 'Put it on a method and compile without experimentalDecorators; where that is needed, use memoize.',
  },
  HP_CACHE_CONCURRENCY_INVALID: {
    what: 'concurrency is {given}.',
    why: 'Warming runs that many loads at once: a whole number of 1 or more.',
    fix: 'Give a value of 1 or more, or leave it out.',
  },
  HP_CACHE_WARM_NAME_TAKEN: {
    what: 'The warming task {name} is declared twice.',
    why: 'Tasks are run and reported by their names.',
    fix: 'Give each a name of its own.',
  },
  HP_CACHE_WARM_UNKNOWN: {
    what: 'There is no warming task {given}.',
    why: 'The application declared: {known}.',
    fix: 'Name one of these, or declare the task where the application starts.',
  },
  HP_CACHE_TRACE_UNREADABLE: {
    what: 'Cannot read {file}: {problem}.',
    why: 'A simulation plays the requests of a file, one key per line.',
    fix: 'Give the path of a file that exists and may be read.',
  },
  HP_CACHE_TRACE_EMPTY: {
    what: '{file} holds no keys.',
    why: 'A simulation plays the requests of a file, one key per line.',
    fix: 'Write one key per request into it, in the order of the requests.',
  },
  HP_CACHE_REDIS_URL_INVALID: {
    what: 'Cannot read the Redis URL: {problem}.',
    why: 'A Redis URL names a server, and if needed a user, a password and a database. It is not repeated here: it may hold a password.',
    fix: 'Write redis://user:password@host:6379/0, or rediss:// for TLS, with special characters of the password percent-encoded (# is %23, @ is %40).',
  },
  HP_CACHE_REDIS_UNREACHABLE: {
    what: 'No connection to Redis: {problem}.',
    why: 'What is shared between processes is kept there; the connection is tried again for ever, at most half a second apart.',
    fix: 'Start Redis, or correct host, port, user and password of the URL; redis-cli -u <url> PING shows the same problem.',
  },
  HP_CACHE_REDIS_TIMEOUT: {
    what: 'Redis at {address} has not answered for {waited} ms.',
    why: 'Commands are answered in order, so all of them wait; new ones are refused at once until it answers again. What was sent may still take effect.',
    fix: 'Look for slow commands (redis-cli SLOWLOG GET), swapping or a stalled network; then consider a longer commandTimeout.',
  },
  HP_CACHE_REDIS_REFUSED: {
    what: 'Redis at {address} refused {command}: {problem}.',
    why: 'The server was reached and answered with an error.',
    fix: 'NOPERM: grant the user CLIENT, INFO, SCRIPT, EVAL, EVALSHA, GET and MGET, and all keys that begin with the application’s name in braces; OOM: give Redis more memory or an eviction policy; ASK, CLUSTERDOWN, TRYAGAIN: they pass when the cluster is whole.',
  },
  HP_CACHE_REDIS_MISSING: {
    what: 'Cannot start a local Redis: the program redis-server is not on the PATH.',
    why: 'Tests, benchmarks and local runs with several processes start a Redis of their own.',
    fix: 'Install it: sudo apt-get install -y --no-install-recommends redis-server. Or give the url of a Redis that runs.',
  },
  HP_CACHE_REDIS_START_FAILED: {
    what: 'The local Redis did not start: {output}.',
    why: 'redis-server ended, or was not ready in time.',
    fix: 'Correct what it names; a port in use, a folder that cannot be written and a wrong argument are the usual reasons.',
  },
})
