import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { malformed, required, tooLong } from '../field-errors.ts'
import { byteLength } from '../object-meta.ts'

const maxBytes = 253

/** What is wrong with the name of a pool of devices: subdomains with slashes between them. */
export function validatePoolName(name: string | undefined, path: string): FieldError[] {
  if (!name) return [required(path)]
  if (byteLength(name) > maxBytes) return [tooLong(path, maxBytes)]
  return name.split('/').flatMap(part => malformed(path, part, checkSubdomain(part)))
}
