import { deepEqual } from '#kubernetes/json.ts'
import { bareError } from '#kubernetes/status-error.ts'

/** As much as etcd takes: objects that ours would store alone could not move to another cluster. */
const maxStoredBytes = 1.5 * 1024 * 1024

/** Throws etcd's own refusal of an object that is too large to be stored under its key. */
export function requireSize(key: string, bytes: Uint8Array): void {
  if (key.length + bytes.length > maxStoredBytes)
    throw bareError('etcdserver: request is too large')
}

/** Whether two objects as bytes say the same, in whatever order; then they are of the same length. */
export function isSameContent(wanted: Buffer, stored: Uint8Array): boolean {
  if (wanted.length !== stored.length) return false
  return wanted.equals(stored) || deepEqual(parse(wanted), parse(stored))
}

const parse = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString())
