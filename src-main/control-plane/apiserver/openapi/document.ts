import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { version as release } from '../version.ts'
import type { Schema } from './schemas.ts'

/** A document, made at first use and kept as bytes. */
export interface OpenApiDocument {
  /** In upper-case hexadecimal: the `hash` of its URL and its ETag. */
  readonly hash: string
  json(): Buffer
  gzip(): Promise<Buffer>
}

/** What every document tells of the API. */
export const info = { title: 'Kubernetes', version: release.gitVersion }

/** How clients show who they are. */
export const securitySchemes = {
  BearerToken: {
    type: 'apiKey',
    description: 'Bearer Token authentication',
    name: 'authorization',
    in: 'header',
  },
}

/** To be raised when the same source makes another document: clients keep a document by its hash for good. */
const edition = 2

/** A document that `make` makes of a source. The hash is of the source alone, so that knowing it makes nothing. */
export function lazyDocument(source: unknown, make: () => Schema): OpenApiDocument {
  let json: Buffer | undefined
  let zipped: Promise<Buffer> | undefined
  const text = JSON.stringify([edition, release.gitVersion, source])
  return {
    hash: createHash('sha256').update(text).digest('hex').toUpperCase(),
    json() {
      json ??= Buffer.from(JSON.stringify(make()))
      return json
    },
    gzip() {
      zipped ??= promisify(gzip)(this.json())
      return zipped
    },
  }
}

/** The map with its keys in order. */
export const sortedByKey = <T>(map: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
