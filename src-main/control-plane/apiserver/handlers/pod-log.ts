import type { PodLogOptions } from '#kubernetes/api/core-v1.ts'
import { invalid } from '#kubernetes/status-error.ts'
import type { Reply } from '../reply.ts'
import { isTrue } from '../request-info.ts'
import { containerOf, kubeletOf, namedPod, podOf } from './pod-container.ts'
import type { Target } from './target.ts'
import { readInteger } from './write-options.ts'

/** Streams a container's log as plain text; a pod without a node has said nothing yet, which is a 204. */
export async function podLog(target: Target): Promise<Reply> {
  const { query } = target.context.request
  const pod = namedPod(target)
  const container = containerOf(pod, query.get('container') ?? '')
  const options = logOptions(query, container)
  if (!pod.spec.nodeName) return { kind: 'bytes', status: 204, headers: {}, body: new Uint8Array() }
  const { reference } = podOf(target)
  const chunks = await kubeletOf(target).logs(
    { ...reference, container },
    options,
    target.context.request.signal,
  )
  return { kind: 'stream', headers: { 'content-type': 'text/plain' }, chunks }
}

function logOptions(query: URLSearchParams, container: string): PodLogOptions {
  const number = (name: 'tailLines' | 'limitBytes' | 'sinceSeconds', least: number) => {
    const value = readInteger(query, name)
    if (value === undefined) return {}
    if (value < least) {
      const rule = least ? 'must be greater than 0' : 'must be greater than or equal to 0'
      throw invalid({ group: '', kind: 'PodLogOptions' }, '', [
        { type: 'FieldValueInvalid', field: name, message: `Invalid value: ${value}: ${rule}` },
      ])
    }
    return { [name]: value }
  }
  const sinceTime = query.get('sinceTime')
  const stream = query.get('stream')
  return {
    container,
    ...(isTrue(query.get('follow')) ? { follow: true } : {}),
    ...(isTrue(query.get('previous')) ? { previous: true } : {}),
    ...(isTrue(query.get('timestamps')) ? { timestamps: true } : {}),
    ...number('tailLines', 0),
    ...number('limitBytes', 1),
    ...number('sinceSeconds', 1),
    ...(sinceTime ? { sinceTime } : {}),
    ...(stream ? { stream } : {}),
  }
}
