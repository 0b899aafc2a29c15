import { request as httpsRequest } from 'node:https'
import type { ControlPlane } from '#control-plane/control-plane.ts'

export interface HttpAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The body as JSON, undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into answers of every shape
  json: any
}

/** Sends a bare HTTP/1.1 request to a cluster; as administrator unless told. */
export function http(
  controlPlane: ControlPlane,
  method: string,
  target: string,
  options: {
    headers?: Record<string, string>
    body?: string | Uint8Array
    anonymous?: boolean
  } = {},
): Promise<HttpAnswer> {
  const { ca, clients } = controlPlane.certificates
  const admin = clients['admin']
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${controlPlane.url}${target}`,
      {
        method,
        headers: {
          ...(options.body ? { 'content-length': Buffer.byteLength(options.body) } : {}),
          ...options.headers,
        },
        ca: ca.certificate,
        agent: false,
        ...(options.anonymous || !admin ? {} : { key: admin.key, cert: admin.certificate }),
      },
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
    request.end(options.body)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
