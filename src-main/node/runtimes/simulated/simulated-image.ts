import { createHash } from 'node:crypto'
import type { RuntimeImage } from '../container-runtime.ts'

/**
 * The image of a reference: all are present, save those of a registry below `.invalid`,
 * the domain that never resolves (RFC 2606).
 */
export function simulatedImage(reference: string): RuntimeImage | undefined {
  if (/^[^/]*\.invalid(:\d+)?\//.test(reference)) return undefined
  const id = `sha256:${createHash('sha256').update(reference).digest('hex')}`
  return {
    id,
    tags: [reference],
    digests: [`${reference.replace(/(:[^:/]+)?(@.*)?$/, '')}@${id}`],
    sizeBytes: 10_000_000,
    uid: undefined,
    username: undefined,
  }
}

/** The image of a reference; throws for one that can't be had, as an engine does whose registry doesn't answer. */
export function pullSimulatedImage(reference: string): RuntimeImage {
  const image = simulatedImage(reference)
  if (image) return image
  const host = reference.split('/')[0] ?? reference
  throw new Error(
    `failed to pull and unpack image "${reference}": dial tcp: lookup ${host}: no such host`,
  )
}
