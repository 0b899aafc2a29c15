/** A URL as Go takes one apart. */
export interface ParsedUrl {
  scheme: string
  /** With the port. */
  host: string
  path: string
  query: string
}

/** Reads an absolute URL or an absolute path, as a request may name it; undefined for what is neither. */
export function parseUrl(text: string): ParsedUrl | undefined {
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
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (!isHost(host) || !isPath(path)) return undefined
  return { scheme: scheme.toLowerCase(), host, path, query }
}

const isPath = (text: string) => !/%(?![0-9A-Fa-f]{2})/.test(text)

const isHost = (text: string) =>
  /^(\[[0-9A-Fa-f:.%\w~-]+\]|[^\s<>"[\]{}|\\^`:/?#%]*)(:\d*)?$/.test(text)

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
