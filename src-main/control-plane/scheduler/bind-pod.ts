import { errorMessage } from '#base/errors.ts'
import { podBindings } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { isNotFound, StatusError } from '#kubernetes/status-error.ts'
import type { VolumeBinder } from './bind-volumes.ts'
import type { ClaimReservation } from './devices/claim-reservation.ts'
import type { Extenders } from './extenders/extenders.ts'
import type { PodInfo } from './pod-info.ts'

/**
 * Has a pod's volumes bound and its claims reserved, and writes which node it has, unless an extender does. Throws an
 * error that says in upstream's words which step failed, with what the API answered as its cause.
 */
export async function bindPod(
  info: PodInfo,
  node: string,
  by: {
    client: Client
    volumeBinder: VolumeBinder
    reservation: ClaimReservation | undefined
    timeoutMs: number
    extenders?: Extenders | undefined
  },
): Promise<void> {
  await running('PreBind plugin "VolumeBinding"', () =>
    by.volumeBinder.bind(info, node, by.timeoutMs),
  )
  const { reservation } = by
  if (reservation) await running('PreBind plugin "DynamicResources"', () => reservation.write())
  if (await boundByExtender(info, node, by.extenders)) return
  const { name, namespace = '', uid } = info.pod.metadata
  const target = { apiVersion: 'v1', kind: 'Node', name: node }
  const binding = { metadata: { name, namespace, uid }, target }
  await running('Bind plugin "DefaultBinder"', () =>
    by.client.create(podBindings, binding, { subresource: 'binding' }),
  )
}

/** Whether what `bindPod` threw says that there is no such pod; a claim that isn't there may come yet. */
export function isPodGone({ cause }: Error): boolean {
  return cause instanceof StatusError && isNotFound(cause) && cause.status.details?.kind === 'pods'
}

async function boundByExtender(
  info: PodInfo,
  node: string,
  extenders: Extenders | undefined,
): Promise<boolean> {
  try {
    return (await extenders?.bind(info, node)) ?? false
  } catch (cause) {
    throw new Error(`binding rejected: ${errorMessage(cause)}`, { cause })
  }
}

async function running(step: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action()
  } catch (cause) {
    throw new Error(`binding rejected: running ${step}: ${errorMessage(cause)}`, { cause })
  }
}
