import { type Library, overload } from '../check/functions.ts'
import { ArrayList } from '../evaluate/lists.ts'
import { EntryMap } from '../evaluate/maps.ts'
import { fail, Opaque, type Value } from '../evaluate/values.ts'
import { escapedPath, hostname, type ParsedUrl, parseUrl, port, queryValues } from './url-text.ts'

class UrlValue extends Opaque {
  readonly typeName = 'kubernetes.URL'
  readonly url: ParsedUrl
  readonly text: string

  constructor(url: ParsedUrl, text: string) {
    super()
    this.url = url
    this.text = text
  }

  equals(other: Opaque): boolean {
    return other instanceof UrlValue && other.text === this.text
  }
}

function read(text: string): Value {
  const url = parseUrl(text)
  return url
    ? new UrlValue(url, text)
    : fail(
        `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
      )
}

function query({ url }: UrlValue): Value {
  const map = new EntryMap()
  for (const [name, values] of queryValues(url)) map.insert(name, new ArrayList(values))
  return map
}

const getter = (id: string, get: (url: ParsedUrl) => string) => [
  overload(id, 'kubernetes.URL.() string', ({ url }: UrlValue) => get(url)),
]

/** URLs. */
export const urls: Library = {
  url: [overload('string_to_url', '(string) kubernetes.URL', read)],
  isURL: [
    overload('is_url_string', '(string) bool', (text: string) => parseUrl(text) !== undefined),
  ],
  getScheme: getter('url_get_scheme', url => url.scheme),
  getHost: getter('url_get_host', url => url.host),
  getHostname: getter('url_get_hostname', hostname),
  getPort: getter('url_get_port', port),
  getEscapedPath: getter('url_get_escaped_path', escapedPath),
  getQuery: [overload('url_get_query', 'kubernetes.URL.() map(string, list(string))', query)],
}
