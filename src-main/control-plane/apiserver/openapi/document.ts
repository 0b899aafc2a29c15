import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { version as release } from '../version.ts'
import type { Schema } from './schemas.ts'

/** How a document is written: JSON, or the protobuf of google/gnostic. */
export type Form = 'json' | 'protobuf'

/** A document, made at first use and kept as bytes. */
export interface OpenApiDocument {
  /** In upper-case hexadecimal: the `hash` of its URL and its ETag. */
  readonly hash: string
  bytes(form: Form): Buffer
  gzip(form: Form): Promise<Buffer>
}

/** What every document tells of the API. */
const info = { title: 'Kubernetes', version: release.gitVersion }

/** How clients show who they are. */
const securitySchemes = {
  BearerToken: {
    type: 'apiKey',
    description: 'Bearer Token authentication',
    name: 'authorization',
    in: 'header',
  },
}

/** A document of OpenAPI v3: path items by path, and what they refer to. */
export const documentOf = (
  paths: Record<string, Schema>,
  schemas: Record<string, Schema>,
): Schema => ({
  openapi: '3.0.0',
  info,
  paths: sortedByKey(paths),
  components: { schemas: sortedByKey(schemas), securitySchemes },
})

/** To be raised when the same source makes another document: clients keep a document by its hash for good. */
const edition = 2

interface Source {
  /** What the document is made from. The hash is of this alone, so that knowing it makes nothing. */
  source: unknown
  make(): Schema
  writeProtobuf(document: Schema): Uint8Array
}

/** A document that is made when it is asked for. */
export function lazyDocument({ source, make, writeProtobuf }: Source): OpenApiDocument {
  const text = JSON.stringify([edition, release.gitVersion, source])
  const json = once(() => Buffer.from(JSON.stringify(make())))
  const protobuf = once(() => Buffer.from(writeProtobuf(make())))
  const bytes: Record<Form, () => Buffer> = { json, protobuf }
  const zipped: Record<Form, () => Promise<Buffer>> = {
    json: once(() => promisify(gzip)(json())),
    protobuf: once(() => promisify(gzip)(protobuf())),
  }
  return {
    hash: createHash('sha256').update(text).digest('hex').toUpperCase(),
    bytes: form => bytes[form](),
    gzip: form => zipped[form](),
  }
}

/** What `make` makes, which is asked once, when it is needed first. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The map with its keys in order. */
export const sortedByKey = <T>(map: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
