/** Lines of a request's head. */
export type RequestHead = Readonly<Record<string, string>>

/** What a load generator sends: nothing but the Host line. */
export const bareHead: RequestHead = {}

/** What a browser sends for a fetch of a page. */
export const browserHead: RequestHead = {
  'sec-ch-ua-platform': '"Linux"',
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  Accept: 'application/json, text/plain, */*',
  'sec-ch-ua': '"Chromium";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile': '?0',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Dest': 'empty',
  Referer: 'https://contests.example.org/contests/1',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9,de;q=0.8',
}

/**
 * Nine lines of a browser besides Host, without those by which an answer gets another form: so that all servers send the
 * same bytes.
 */
export const nineLines: RequestHead = Object.fromEntries(
  Object.entries(browserHead)
    .filter(([name]) => name !== 'Accept-Encoding')
    .slice(0, 9),
)
