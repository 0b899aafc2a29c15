import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'
import { StatusError, statusError } from '#kubernetes/status-error.ts'

type Named = Pick<ResourceDefinition, 'group' | 'plural'>

/** `pods` or `deployments.apps`: how messages name a resource. */
export const qualified = ({ group, plural }: Named): string =>
  group ? `${plural}.${group}` : plural

const details = (resource: Named, name: string) => ({
  name,
  ...(resource.group ? { group: resource.group } : {}),
  kind: resource.plural,
})

export const notFound = (resource: Named, name: string): StatusError =>
  statusError(
    'NotFound',
    `${qualified(resource)} ${JSON.stringify(name)} not found`,
    details(resource, name),
  )

export const alreadyExists = (resource: Named, name: string): StatusError =>
  statusError(
    'AlreadyExists',
    `${qualified(resource)} ${JSON.stringify(name)} already exists`,
    details(resource, name),
  )

/** The answer when every generated name that was tried is taken. */
export const noUniqueName = (resource: Named, name: string): StatusError =>
  statusError(
    'AlreadyExists',
    `${qualified(resource)} ${JSON.stringify(name)} already exists, the server was not able to generate a unique name for the object`,
    { ...details(resource, name), retryAfterSeconds: 1 },
  )

export const conflict = (resource: Named, name: string, why: string): StatusError =>
  statusError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} ${JSON.stringify(name)}: ${why}`,
    details(resource, name),
  )

export const modified = (resource: Named, name: string): StatusError =>
  conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  )

/** A 403 by admission: `pods "x" is forbidden: why`. */
export const forbidden = (resource: Named, name: string, why: string): StatusError =>
  statusError(
    'Forbidden',
    name
      ? `${qualified(resource)} ${JSON.stringify(name)} is forbidden: ${why}`
      : `${qualified(resource)} is forbidden: ${why}`,
    details(resource, name),
  )

export const badRequest = (message: string): StatusError => statusError('BadRequest', message)

/** The answer for a resource that isn't served. */
export const unknownResource = (): StatusError =>
  statusError('NotFound', 'the server could not find the requested resource', {})

/** The answer for a verb that a resource doesn't have. */
export const methodNotAllowed = (): StatusError =>
  statusError(
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  )

/** The answer to a create while the kind itself is being deleted. */
export const terminating = ({ group, plural }: Named): StatusError =>
  statusError(
    'MethodNotAllowed',
    'create not allowed while custom resource definition is terminating',
    { group, kind: plural },
  )

export const expired = (message: string): StatusError => statusError('Expired', message)

/** The answer for a resource version that hasn't happened yet. */
export function tooLargeResourceVersion(asked: number, current: number): StatusError {
  return statusError('Timeout', `Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}

/** A body that is nested deeper than the stack reaches; whoever walks it finds out. */
export const isTooDeep = (error: unknown): boolean =>
  error instanceof RangeError && error.message.includes('call stack')

/** Turns anything that was thrown into the Status a client sees; only StatusErrors tell what went wrong inside. */
export function statusOf(error: unknown): Status {
  if (error instanceof StatusError) return error.status
  if (isTooDeep(error)) return badRequest('exceeded max depth').status
  const message = error instanceof Error ? error.message : String(error)
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  }
}
