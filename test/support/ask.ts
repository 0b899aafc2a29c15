import http from 'node:http'

export interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
  text: string
}

/** Sends a request to a port of localhost that serves several hosts. Rejects when the answer doesn't come whole. */
export function ask(
  port: number,
  host: string,
  path = '/',
  options: http.RequestOptions & { body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { port, host: '127.0.0.1', path, ...options, headers: { host, ...options.headers } },
      async response => {
        let text = ''
        try {
          for await (const chunk of response) text += chunk
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        } catch (error) {
          reject(error)
        }
      },
    )
    request.on('error', reject)
    request.end(options.body)
  })
}
