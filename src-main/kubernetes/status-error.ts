import type { Status, StatusCause, StatusDetails } from './api/meta-v1.ts'

/** The reasons of a failed request, as in Kubernetes' API conventions, with their HTTP codes. */
export const statusCodes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const

export type StatusReason = keyof typeof statusCodes

/** The only error that a user of the API sees: carries a Kubernetes `Status`. */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly status: Status

  constructor(status: Status, options?: ErrorOptions) {
    super(status.message ?? status.reason ?? `HTTP ${status.code}`, options)
    this.status = status
  }

  get code(): number {
    return this.status.code ?? 500
  }

  get reason(): string {
    return this.status.reason ?? ''
  }
}

/** Builds a `Failure` for a reason; the code follows from it unless given. */
export function statusError(
  reason: StatusReason,
  message: string,
  details?: StatusDetails,
  code: number = statusCodes[reason],
): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details ? { details } : {}),
    code,
  })
}

/** What the API server answers when it has no reason to give: a 500 with the bare message. */
export const bareError = (message: string): StatusError =>
  new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    code: 500,
  })

/** One thing wrong with one field of an object. `type` is the cause's reason, such as `FieldValueRequired`. */
export interface FieldError {
  type: FieldErrorType
  /** Path as in `spec.containers[0].image`. */
  field: string
  /** The text behind the path, such as `Required value`. */
  message: string
}

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotFound'
  | 'InternalError'

/** A 422 that lists everything wrong: `Pod "x" is invalid: spec.containers: Required value`. */
export function invalid(
  kind: { group: string; kind: string },
  name: string,
  errors: FieldError[],
): StatusError {
  const texts = errors.map(error => `${error.field}: ${error.message}`)
  const qualified = kind.group ? `${kind.kind}.${kind.group}` : kind.kind
  const causes: StatusCause[] = errors.map(error => ({
    reason: error.type,
    message: error.message,
    field: error.field,
  }))
  return statusError(
    'Invalid',
    `${qualified} ${JSON.stringify(name)} is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`,
    {
      ...(name && { name }),
      ...(kind.group && { group: kind.group }),
      kind: kind.kind,
      causes,
    },
  )
}

const hasReason = (error: unknown, ...reasons: string[]) =>
  error instanceof StatusError && reasons.includes(error.reason)

/** Whether a create was refused because its namespace is being deleted. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  error instanceof StatusError &&
  (error.status.details?.causes ?? []).some(cause => cause.reason === 'NamespaceTerminating')

export const isNotFound = (error: unknown): boolean => hasReason(error, 'NotFound')
export const isAlreadyExists = (error: unknown): boolean => hasReason(error, 'AlreadyExists')
export const isConflict = (error: unknown): boolean => hasReason(error, 'Conflict')
export const isExpired = (error: unknown): boolean => hasReason(error, 'Expired', 'Gone')
export const isForbidden = (error: unknown): boolean => hasReason(error, 'Forbidden')
export const isInvalid = (error: unknown): boolean => hasReason(error, 'Invalid')
