import type { WorkloadStatement } from '@hotpath/postgres/advisor'

type Row = [name: string, weight: number, sql: string, params?: unknown[][]]

/** What a question-and-answer site asks of its database: pages, traps, writes, and joins for its reports. */
export function qaWorkload(scale: number): WorkloadStatement[] {
  const most = { posts: Math.round(100_000 * scale), users: Math.round(40_000 * scale) }
  const rows = (list: Row[], write: boolean): WorkloadStatement[] =>
    list.map(([name, weight, sql, params = [[]]]) => ({ name, weight, sql, params, write }))
  return [...rows([...pages(most), ...traps, ...reports], false), ...rows(writes(most), true)]
}

interface Most {
  posts: number
  users: number
}

const some = (most: number): unknown[][] =>
  Array.from({ length: 6 }, (_, at) => [1 + Math.floor((most * (at + 0.5)) / 6)])

const pages = ({ posts, users }: Most): Row[] => [
  ['question', 400, 'select * from posts where id = $1', some(posts)],
  [
    'answers',
    300,
    `select p.id, p.body, p.score, u.displayname, u.reputation from posts p left join users u on u.id = p.owneruserid
     where p.parentid = $1 order by p.score desc, p.creationdate`,
    some(posts),
  ],
  [
    'comments of posts',
    300,
    `select c.id, c.text, u.displayname from comments c left join users u on u.id = c.userid
     where c.postid = any($1) order by c.creationdate`,
    some(posts).map(([id]) => [[id, Number(id) + 1, Number(id) + 2]]),
  ],
  [
    'newest questions',
    100,
    `select id, title, tags, score, answercount from posts where posttypeid = 1 order by creationdate desc limit 50`,
  ],
  [
    'unanswered of a tag',
    20,
    `select id, title from posts where posttypeid = 1 and answercount = 0 and tags like $1 order by score desc limit 30`,
    [['%<tag7>%'], ['%<tag400>%']],
  ],
  ['search', 10, 'select id, title from posts where title ilike $1 limit 30', [['%c4ca42%'], ['%a87ff6%']]],
  [
    'activity of a user',
    60,
    `select 'post' as kind, id, creationdate from posts where owneruserid = $1
     union all select 'comment', id, creationdate from comments where userid = $1
     order by creationdate desc limit 30`,
    some(users),
  ],
  [
    'badges of a user',
    60,
    'select name, class, count(*) from badges where userid = $1 group by name, class',
    some(users),
  ],
  [
    'linked questions',
    80,
    `select p.id, p.title from postlinks l join posts p on p.id = l.relatedpostid where l.postid = $1 and l.linktypeid = 1`,
    some(posts),
  ],
  [
    'votes of a post',
    120,
    'select votetypeid, count(*) from votes where postid = $1 group by 1',
    some(posts),
  ],
  [
    'user by name',
    20,
    'select id, displayname from users where lower(displayname) like $1',
    [['user c4ca%'], ['user a87f%']],
  ],
  ['tag by name', 100, 'select * from tags where tagname = $1', [['tag7'], ['tag900']]],
  [
    'has commented',
    50,
    `select u.id, u.displayname from users u where u.id = $1
     and exists (select 1 from comments c where c.userid = u.id and c.creationdate > $2)`,
    some(users).map(([id]) => [id, '2020-01-01 00:00:00']),
  ],
  [
    'latest post of each',
    20,
    `select distinct on (owneruserid) owneruserid, id, creationdate from posts
     where owneruserid = any($1::int[]) order by owneruserid, creationdate desc`,
    [[[3, 40, 500, 6000]], [[9, 90, 900, 9000]]],
  ],
]

/** The obvious index makes these slower, or another statement, or writes, or serves nothing. */
const traps: Row[] = [
  ['all kinds but one', 5, 'select count(*), avg(score) from posts where posttypeid <> 5'],
  ['most votes', 2, 'select count(*) from votes where votetypeid = 2 and bountyamount is null'],
  [
    'recent of most',
    5,
    `select id, title from posts where score >= $1 and posttypeid in (1, 2) order by id limit 20`,
    [[-2]],
  ],
  ['oldest big bounty', 5, 'select * from votes where bountyamount > $1 order by id limit 1', [[450]]],
  ['wide range', 3, 'select avg(length(body)) from posts where creationdate > $1', [['2011-01-01']]],
]

const writes = ({ posts, users }: Most): Row[] => [
  ['vote', 150, 'insert into votes (postid, votetypeid, creationdate) values ($1, 2, now())', some(posts)],
  ['views', 300, 'update posts set viewcount = viewcount + 1 where id = $1', some(posts)],
  ['score', 150, 'update posts set score = score + 1, lastactivitydate = now() where id = $1', some(posts)],
  ['seen', 200, 'update users set lastaccessdate = now(), views = views + 1 where id = $1', some(users)],
  [
    'comment',
    40,
    `insert into comments select max(id) + 1, $1, 0, 'thank you', now(), 7 from comments`,
    some(posts),
  ],
  [
    'unvote',
    5,
    'delete from votes where postid = $1 and userid = $2 and votetypeid = 5',
    [
      [5, 17],
      [800, 99],
    ],
  ],
]

const reports: Row[] = [
  [
    'comments of trusted users',
    1,
    `select count(*) from users u, comments c, posts p where u.id = c.userid and c.postid = p.id
     and u.reputation > $1 and p.score >= $2 and c.creationdate >= $3::timestamp`,
    [[100, 0, '2014-07-19 00:00:00']],
  ],
  [
    'votes by badge',
    1,
    `select b.name, count(distinct v.id) from badges b join users u on u.id = b.userid join posts p on p.owneruserid = u.id
     join votes v on v.postid = p.id where b.class = 1 and v.votetypeid = 3 and p.posttypeid = 1 group by b.name order by 2 desc`,
  ],
  [
    'links, posts, owners, votes',
    1,
    `select count(*) from postlinks l, posts p, votes v, users u where l.postid = p.id and v.postid = p.id and u.id = p.owneruserid
     and l.linktypeid = 1 and p.commentcount >= 2 and v.creationdate <= '2019-07-19'::timestamp and u.downvotes = 0`,
  ],
  [
    'five tables',
    1,
    `select u.location, count(*), sum(v.bountyamount) from users u join posts p on p.owneruserid = u.id
     join comments c on c.postid = p.id join votes v on v.postid = p.id join badges b on b.userid = u.id
     where u.reputation between 500 and 20000 and v.bountyamount is not null and p.viewcount < 40000 and c.score > 0
     and b.name = 'Teacher' group by u.location`,
  ],
  [
    'rank within a month',
    1,
    `with monthly as (select date_trunc('month', creationdate) as month, owneruserid, sum(score) as score from posts
       where owneruserid is not null group by 1, 2)
     select * from (select month, owneruserid, score, rank() over (partition by month order by score desc) as place
       from monthly) m where place <= 3`,
  ],
  [
    'users without posts',
    1,
    `select count(*) from users u where not exists (select 1 from posts p where p.owneruserid = u.id) and u.views > 5`,
  ],
  [
    'accepted answers of a year',
    2,
    `select u.id, u.displayname, count(*) from posts q join posts a on a.id = q.acceptedanswerid join users u on u.id = a.owneruserid
     where q.creationdate >= $1 and q.creationdate < $2 group by u.id order by 3 desc limit 20`,
    [
      ['2012-01-01', '2013-01-01'],
      ['2018-01-01', '2018-03-01'],
    ],
  ],
  [
    'six tables',
    1,
    `select count(*) from tags t join posts w on w.id = t.wikipostid join comments c on c.postid = w.id
     join users u on u.id = c.userid join badges b on b.userid = u.id join votes v on v.postid = w.id
     where t.count > 100 and u.upvotes >= 1 and b.date > '2012-01-01' and v.votetypeid = 2`,
  ],
]
