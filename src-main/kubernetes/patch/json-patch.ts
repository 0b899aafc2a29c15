import { deepEqual, isRecord } from '../json.ts'
import { type StatusError, statusError } from '../status-error.ts'

/** One operation of RFC 6902. */
export type JsonPatchOperation =
  | { op: 'add' | 'replace' | 'test'; path: string; value: unknown }
  | { op: 'remove'; path: string }
  | { op: 'move' | 'copy'; from: string; path: string }

const maxOperations = 10_000
/** What all copies of one patch may add, as JSON text. */
const maxCopiedLength = 3 * 1024 * 1024
const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test']

/**
 * Applies a JSON Patch (RFC 6902) and returns the result; `document` stays as it is, and the result shares what
 * didn't change with it. As in Kubernetes, negative indices count from the end. Throws a 400 for what is no JSON
 * Patch, 413 past the limits, 422 when an operation doesn't apply; the error's cause names operation and path, its
 * status as little as Kubernetes' does.
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw statusError(
      'BadRequest',
      'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    )
  if (patch.length > maxOperations)
    throw statusError(
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`,
    )
  const budget = { copied: 0 }
  let result = document
  for (const [index, operation] of patch.entries())
    result = applyOperation(result, readOperation(operation, index), index, budget)
  return result
}

function readOperation(operation: unknown, index: number): JsonPatchOperation {
  const bad = (problem: string) => notApplicable(`operation ${index}: ${problem}`)
  if (!isRecord(operation))
    throw statusError('BadRequest', `json patch: operation ${index} is not an object`)
  const { op, path, from } = operation
  if (typeof op !== 'string' || !operations.includes(op))
    throw bad(`Unexpected kind: ${String(op ?? 'unknown')}`)
  if (typeof path !== 'string' || !isPointer(path))
    throw bad(`${op} needs a path that begins with /`)
  if ((op === 'move' || op === 'copy') && (typeof from !== 'string' || !isPointer(from)))
    throw bad(`${op} needs a from that begins with /`)
  if (['add', 'replace', 'test'].includes(op) && !('value' in operation) && op !== 'test')
    throw bad(`${op} ${path} has no value`)
  return operation as unknown as JsonPatchOperation
}

const isPointer = (path: string) => path === '' || path.startsWith('/')

function applyOperation(
  document: unknown,
  operation: JsonPatchOperation,
  index: number,
  budget: { copied: number },
): unknown {
  try {
    const path = parsePointer(operation.path)
    switch (operation.op) {
      case 'add':
        return add(document, path, operation.value)
      case 'replace':
        get(document, path)
        return replace(document, path, operation.value)
      case 'remove':
        return remove(document, path)
      case 'test':
        if (!deepEqual(find(document, path) ?? null, operation.value ?? null))
          throw new Error('test failed')
        return document
      case 'move': {
        const from = parsePointer(operation.from)
        const value = get(document, from)
        if (path.length > from.length && from.every((part, at) => part === path[at]))
          throw new Error(`cannot move into itself from ${operation.from}`)
        return add(remove(document, from), path, value)
      }
      case 'copy': {
        const value = get(document, parsePointer(operation.from))
        budget.copied += JSON.stringify(value).length
        if (budget.copied > maxCopiedLength)
          throw new Error(
            `Unable to complete the copy, the accumulated size increase of copy is ${budget.copied}, exceeding the limit ${maxCopiedLength}`,
          )
        return add(document, path, value)
      }
    }
  } catch (error) {
    throw notApplicable(
      `operation ${index}: ${operation.op} ${operation.path}: ${(error as Error).message}`,
    )
  }
}

/** The answer Kubernetes gives for every operation that doesn't apply: it keeps which and why to itself. */
const notApplicable = (problem: string): StatusError => {
  const error = statusError(
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
  )
  error.cause = new Error(problem)
  return error
}

const parsePointer = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Like get, but undefined for what isn't there. */
function find(document: unknown, path: readonly string[]): unknown {
  try {
    return get(document, path)
  } catch {
    return undefined
  }
}

function get(document: unknown, path: readonly string[]): unknown {
  return path.reduce((value, part) => child(value, part), document)
}

function child(parent: unknown, part: string): unknown {
  if (Array.isArray(parent)) return parent[arrayIndex(part, parent.length, parent.length - 1)]
  if (isRecord(parent) && Object.hasOwn(parent, part)) return parent[part]
  throw new Error(`nothing at ${JSON.stringify(part)}`)
}

/** Copies the way to `path` and lets `change` treat the copy of the last container. */
function change(
  document: unknown,
  path: readonly string[],
  edit: (container: unknown[] | Record<string, unknown>, part: string) => void,
): unknown {
  const [part = '', ...rest] = path
  if (!Array.isArray(document) && !isRecord(document))
    throw new Error(`nothing at ${JSON.stringify(part)}`)
  const copy = Array.isArray(document) ? [...document] : { ...document }
  if (rest.length) set(copy, part, change(child(document, part), rest, edit))
  else edit(copy, part)
  return copy
}

function set(container: unknown[] | Record<string, unknown>, part: string, value: unknown): void {
  if (Array.isArray(container))
    container[arrayIndex(part, container.length, container.length - 1)] = value
  else setOwn(container, part, value)
}

/** Sets `__proto__` as a plain member too. */
function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(record, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

const replace = (document: unknown, path: readonly string[], value: unknown): unknown =>
  path.length ? change(document, path, (container, part) => set(container, part, value)) : value

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  if (!path.length) return value
  return change(document, path, (container, part) => {
    if (!Array.isArray(container)) setOwn(container, part, value)
    else {
      const at =
        part === '-' ? container.length : arrayIndex(part, container.length + 1, container.length)
      container.splice(at, 0, value)
    }
  })
}

function remove(document: unknown, path: readonly string[]): unknown {
  if (!path.length) throw new Error('the whole document cannot be removed')
  return change(document, path, (container, part) => {
    child(container, part)
    if (Array.isArray(container))
      container.splice(arrayIndex(part, container.length, container.length - 1), 1)
    else delete container[part]
  })
}

/** `length` is what a negative index counts back from. */
function arrayIndex(part: string, length: number, last: number): number {
  if (!/^(0|-?[1-9]\d*)$/.test(part))
    throw new Error(`${JSON.stringify(part)} is not an array index`)
  const index = Number(part) < 0 ? Number(part) + length : Number(part)
  if (index < 0 || index > last) throw new Error(`index ${part} is out of bounds`)
  return index
}
