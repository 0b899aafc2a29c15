import { readFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestImageName, testImage } from './test-images.ts'

export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** A registry on loopback that serves one image under any name and tag, to who knows the password. */
export async function startRegistry(
  image: TestImageName,
  { username, password }: { username: string; password: string },
): Promise<TestRegistry> {
  const files = await unpack(await testImage(image))
  const index = JSON.parse(text(files.get('index.json'))) as { manifests: { digest: string }[] }
  const blob = (digest: string) => files.get(`blobs/${digest.replace(':', '/')}`)
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const server = http.createServer((request, response) => {
    const [, kind = '', reference = ''] =
      /\/v2\/.*\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? []
    if (request.headers.authorization !== expected)
      return response
        .writeHead(401, {
          'www-authenticate': 'Basic realm="test"',
          'content-type': 'application/json',
        })
        .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}')
    if (request.url === '/v2/') return response.writeHead(200).end('{}')
    const isTag = kind === 'manifests' && !reference.includes(':')
    const digest = isTag ? (index.manifests[0]?.digest ?? '') : reference
    const content = blob(digest)
    if (!content) return response.writeHead(404).end('{}')
    const type = kind === 'manifests' ? manifestType : 'application/octet-stream'
    response.writeHead(200, {
      'content-type': type,
      'content-length': content.length,
      'docker-content-digest': digest,
    })
    return response.end(request.method === 'HEAD' ? undefined : content)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function unpack(tar: string): Promise<Map<string, Uint8Array>> {
  const { unpackTar } = await import('modern-tar')
  const entries = await unpackTar(await readFile(tar))
  return new Map(
    entries.flatMap(({ header, data }) => (data ? [[header.name.replace(/^\.\//, ''), data]] : [])),
  )
}

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8')
