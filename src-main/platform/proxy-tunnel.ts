import http from 'node:http'
import type { Duplex } from 'node:stream'

/** Opens a raw connection to `host:port` through an HTTP proxy's CONNECT; throws an error that names the proxy. */
export function openProxyTunnel(proxy: string, host: string, port: number): Promise<Duplex> {
  const url = new URL(proxy)
  if (url.protocol !== 'http:') {
    return Promise.reject(
      new Error(
        `the proxy ${url.origin} is not reached: only http:// proxies are supported so far`,
      ),
    )
  }
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: url.hostname,
      port: url.port || 80,
      method: 'CONNECT',
      path: `${host}:${port}`,
      headers: url.username
        ? { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
        : {},
    })
    request.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(
        new Error(
          `the proxy ${url.host} answered ${response.statusCode} to CONNECT ${host}:${port}`,
        ),
      )
    })
    request.on('error', error =>
      reject(new Error(`the proxy ${url.host}: ${error.message}`, { cause: error })),
    )
    request.end()
  })
}

/** The proxy the environment asks for, as Go's clients read it: `HTTPS_PROXY` unless `NO_PROXY` names the host. */
export function proxyFromEnvironment(
  host: string,
  env: Record<string, string | undefined>,
): string | undefined {
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return undefined
  const proxy = env['HTTPS_PROXY'] ?? env['https_proxy']
  if (!proxy) return undefined
  const exceptions = (env['NO_PROXY'] ?? env['no_proxy'] ?? '')
    .split(',')
    .map(entry => entry.trim())
  const excepted = exceptions.some(entry => {
    const suffix = entry.replace(/^\*?\.?/, '')
    return entry === '*' || (suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`)))
  })
  if (excepted) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}
