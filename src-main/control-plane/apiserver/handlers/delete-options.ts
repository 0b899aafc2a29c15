import type { DeleteOptions } from '#kubernetes/api/meta-v1.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { isTrue } from '../request-info.ts'
import type { RequestContext } from '../server-request.ts'
import { decodeOptions } from './decode-object.ts'
import { readDryRun, readInteger } from './write-options.ts'

export type DeleteRequest = Omit<DeleteOptions, 'dryRun'> & { dryRun: boolean }

const policies = ['Background', 'Foreground', 'Orphan']

/** DeleteOptions from the request's body, or from its query when there is no body. Throws a 422. */
export async function readDeleteOptions(context: RequestContext): Promise<DeleteRequest> {
  const body = await decodeOptions<DeleteOptions>(context, 'DeleteOptions')
  const options = body ?? fromQuery(context.request.query)
  const { propagationPolicy, orphanDependents } = options
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    throw invalidOptions(
      'propagationPolicy',
      `Invalid value: ${JSON.stringify(propagationPolicy)}: orphanDependents and deletionPropagation cannot be both set`,
    )
  }
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy)) {
    const list = [...policies, 'nil'].map(policy => JSON.stringify(policy)).join(', ')
    throw invalidOptions(
      'propagationPolicy',
      `Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: ${list}`,
    )
  }
  return { ...options, dryRun: readDryRun(options.dryRun ?? [], 'DeleteOptions') }
}

function fromQuery(query: URLSearchParams): DeleteOptions {
  const gracePeriodSeconds = readInteger(query, 'gracePeriodSeconds')
  const propagationPolicy = query.get('propagationPolicy')
  const orphan = query.get('orphanDependents')
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy ? { propagationPolicy } : {}),
    ...(orphan === null ? {} : { orphanDependents: isTrue(orphan) }),
    dryRun: query.getAll('dryRun'),
  }
}

function invalidOptions(field: string, message: string) {
  return statusError('Invalid', `DeleteOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'DeleteOptions',
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  })
}
