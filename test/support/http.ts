import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { ControlPlane } from '#control-plane/control-plane.ts'
import { patienceMs } from './eventually.ts'

export interface HttpAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The body as JSON, undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into answers of every shape
  json: any
}

/** What a bare request carries beside method and target. */
export interface HttpOptions {
  /** A header with several values comes several times. */
  headers?: Record<string, string | string[]>
  body?: string | Uint8Array
}

/** Sends a bare HTTP/1.1 request to a cluster; as administrator unless told. */
export function http(
  controlPlane: ControlPlane,
  method: string,
  target: string,
  options: HttpOptions & { anonymous?: boolean } = {},
): Promise<HttpAnswer> {
  const { ca, clients } = controlPlane.certificates
  const admin = clients['admin']
  const credentials = options.anonymous || !admin ? {} : { key: admin.key, cert: admin.certificate }
  const tls = { ca: ca.certificate, agent: false, ...credentials }
  return requestHttps(`${controlPlane.url}${target}`, method, tls, options)
}

/** Sends a bare HTTP/1.1 request with these certificates and agent. */
export function requestHttps(
  url: string,
  method: string,
  tls: RequestOptions,
  { headers, body }: HttpOptions = {},
): Promise<HttpAnswer> {
  const length = body ? { 'content-length': Buffer.byteLength(body) } : {}
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      url,
      { ...tls, method, headers: { ...length, ...headers } },
      response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const { statusCode: status = 0, headers } = response
          resolve({ status, headers, text, json: parse(text) })
        })
      },
    )
    request.on('error', reject)
    const silent = new Error(`${method} ${url} is not answered`)
    request.setTimeout(3 * patienceMs, () => request.destroy(silent))
    request.end(body)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
