/** A URL as Go takes one apart. */
export interface ParsedUrl {
  scheme: string
  /** With the port. */
  host: string
  path: string
  query: string
}

/** Reads an absolute URL, an absolute path or `*`, as a request may name it; undefined for what is neither. */
export function parseUrl(text: string): ParsedUrl | undefined {
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no URL may hold them
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return undefined
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(text) ?? []
  const [beforeQuery = '', ...queries] = rest.split('?')
  const query = queries.join('?')
  if (!beforeQuery.startsWith('/'))
    return scheme ? { scheme: scheme.toLowerCase(), host: '', path: '', query } : undefined
  if (!scheme || !beforeQuery.startsWith('//'))
    return isPath(beforeQuery)
      ? { scheme: scheme.toLowerCase(), host: '', path: beforeQuery, query }
      : undefined
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(beforeQuery) ?? []
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  if (at >= 0 && !isUserInfo(authority.slice(0, at))) return undefined
  if (!isHost(host) || !isPath(path)) return undefined
  return { scheme: scheme.toLowerCase(), host, path, query }
}

const isPath = (text: string) => !/%(?![0-9A-Fa-f]{2})/.test(text)

const isUserInfo = (text: string) => /^[\w\-.:~!$&'()*+,;=%@]*$/.test(text) && isPath(text)

const hostLetter = String.raw`[\w\-.~!$&'()*+,;=:[\]<>"\u0080-\uffff]`
/** Escapes in a host stand for letters beyond ASCII and for the percent sign. */
const hostText = new RegExp(`^(?:${hostLetter}|%25|%[89A-Fa-f][0-9A-Fa-f])*$`)
const zoneText = new RegExp(`^(?:${hostLetter}|%[0-9A-Fa-f]{2})*$`)
const portText = /^(?::\d*)?$/

function isHost(text: string): boolean {
  if (!text.startsWith('[')) {
    const colon = text.lastIndexOf(':')
    return hostText.test(text) && (colon < 0 || portText.test(text.slice(colon)))
  }
  const end = text.lastIndexOf(']')
  if (end < 0 || !portText.test(text.slice(end + 1))) return false
  const zone = text.slice(0, end).indexOf('%25')
  if (zone < 0) return hostText.test(text)
  return hostText.test(text.slice(0, zone)) && zoneText.test(text.slice(zone, end))
}

export const hostname = ({ host }: ParsedUrl): string =>
  host.startsWith('[') ? host.slice(1, host.indexOf(']')) : (host.split(':', 1)[0] ?? '')

export const port = ({ host }: ParsedUrl): string => /:(\d*)$/.exec(host)?.[1] ?? ''

/** The path with what a path may not hold escaped. */
export const escapedPath = ({ path }: ParsedUrl): string =>
  path.replace(/[^A-Za-z0-9\-._~$&+,/:;=@!'()*%]/gu, letter => encodeURIComponent(letter))

/** The values of each name of a query. */
export function queryValues({ query }: ParsedUrl): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(query))
    found.set(name, [...(found.get(name) ?? []), value])
  return found
}
