import { ApiException, type V1Status } from '@kubernetes/client-node'

/** Whether a request failed since its object is not there. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof ApiException && error.code === 404

/** The Status with which the server refuses a request. Throws when it does not refuse, or not with this code. */
export async function refused(code: number, request: Promise<unknown>): Promise<V1Status> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ApiException)) {
    throw error ?? new Error(`answered with success where ${code} was expected`)
  }
  const status = (typeof error.body === 'string' ? JSON.parse(error.body) : error.body) as V1Status
  if (error.code !== code) {
    throw new Error(`answered with ${error.code} where ${code} was expected: ${status.message}`)
  }
  return status
}
