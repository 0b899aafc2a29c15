import type { Ingress } from '../../src-main/kubernetes/api/networking-v1.ts'

/**
 * The addresses under which an Ingress is reached when it is served on localhost. Every browser looks for names below
 * `localhost` on this machine; other names need an entry in its hosts file, so they get no link.
 */
export function sitesOf({ spec, status }: Partial<Ingress>): string[] {
  const served = status?.loadBalancer?.ingress?.find(({ hostname }) => hostname === 'localhost')
  const [http, https] = (served?.ports ?? []).map(({ port }) => port)
  if (!http) return []
  const secured = new Set((spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts))
  const hosts = new Set((spec?.rules ?? []).map(({ host }) => host || 'localhost'))
  if (spec?.defaultBackend) hosts.add('localhost')
  return [...hosts]
    .filter(host => /^([a-z0-9-]+\.)*localhost$/.test(host))
    .map(host =>
      https && secured.has(host) ? site('https', host, https) : site('http', host, http),
    )
}

const site = (scheme: 'http' | 'https', host: string, port: number): string =>
  `${scheme}://${host}${port === (scheme === 'http' ? 80 : 443) ? '' : `:${port}`}/`
