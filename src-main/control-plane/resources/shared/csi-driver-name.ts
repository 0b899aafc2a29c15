import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { malformed, required, tooLong } from './field-errors.ts'
import { byteLength } from './object-meta.ts'

const maxBytes = 63

/** What is wrong with the name of a CSI driver: a subdomain of at most 63 bytes in any case. */
export const validateDriverName = (name: string | undefined, path: string): FieldError[] => [
  ...(name ? [] : [required(path)]),
  ...(byteLength(name ?? '') > maxBytes ? [tooLong(path, maxBytes)] : []),
  ...malformed(path, name ?? '', checkSubdomain((name ?? '').toLowerCase())),
]
