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
