import type { FieldError } from '#kubernetes/status-error.ts'
import { validateDriverName } from '../csi-driver-name.ts'
import { duplicate, each, invalid, required, tooLong, tooMany } from '../field-errors.ts'
import { byteLength } from '../object-meta.ts'

const identifier = '[A-Za-z_][A-Za-z0-9_]*'
const maxIdentifierBytes = 32
const maxRawBytes = 10 * 1024

/** A list of at most `max` items, each of which is valid. */
export const validateList = <T>(
  items: readonly T[] | undefined,
  max: number,
  path: string,
  check: (item: T, path: string) => FieldError[],
): FieldError[] => [
  ...((items?.length ?? 0) > max ? [tooMany(path, items?.length ?? 0, max)] : []),
  ...each(items, path, check),
]

/** Like `validateList`, of items that differ in their key. */
export function validateSet<T>(
  items: readonly T[] | undefined,
  max: number,
  path: string,
  keyOf: (item: T) => string,
  check: (item: T, path: string) => FieldError[] = () => [],
): FieldError[] {
  const keys = (items ?? []).map(keyOf)
  return [
    ...validateList(items, max, path, check),
    ...each(keys, path, (key, path, index) =>
      keys.indexOf(key) < index ? [duplicate(path, key)] : [],
    ),
  ]
}

/** `name` or `domain/name`: what devices call attributes and capacities. */
export function validateDeviceName(name: string, path: string): FieldError[] {
  const [first = '', second, ...more] = name.split('/')
  if (second === undefined) return validateIdentifier(first, path)
  const rest = [second, ...more].join('/')
  return [
    ...(first
      ? validateDriverName(first, path)
      : [invalid(path, '', 'the domain must not be empty')]),
    ...(rest ? validateIdentifier(rest, path) : [invalid(path, '', 'the name must not be empty')]),
  ]
}

/** `domain/name`, with the domain. */
export const validateFullDeviceName = (name: string, path: string): FieldError[] => [
  ...validateDeviceName(name, path),
  ...(name.includes('/')
    ? []
    : [
        invalid(
          path,
          name,
          'a fully qualified name must be a domain and a name separated by a slash',
        ),
      ]),
]

const validateIdentifier = (text: string, path: string): FieldError[] => [
  ...(byteLength(text) > maxIdentifierBytes ? [tooLong(path, maxIdentifierBytes)] : []),
  ...(new RegExp(`^${identifier}$`).test(text)
    ? []
    : [
        invalid(
          path,
          text,
          `a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '${identifier}')`,
        ),
      ]),
]

/** JSON of a driver's own: an object of at most 10 KiB. */
export function validateRawObject(value: unknown, path: string): FieldError[] {
  if (value === undefined || value === null) return [required(path)]
  if (byteLength(JSON.stringify(value)) > maxRawBytes) return [tooLong(path, maxRawBytes)]
  return typeof value === 'object' && !Array.isArray(value)
    ? []
    : [invalid(path, '<value omitted>', 'must be a valid JSON object')]
}
