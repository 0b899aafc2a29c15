import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { services } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import { isNotFound } from '#kubernetes/status-error.ts'

const ours = 'localhost'

/** Says in a load balancer's status that it is reached on localhost; takes that back from what is none any more. */
export async function updateLoadBalancerStatus(
  client: Client,
  service: Service,
  logger: Logger,
): Promise<void> {
  const { spec, status, metadata } = service
  const isOurs = spec?.type === 'LoadBalancer' && !spec.loadBalancerClass
  const hosts = status?.loadBalancer?.ingress?.map(({ hostname }) => hostname) ?? []
  const isSaid = hosts.length === 1 && hosts[0] === ours
  if (isOurs === isSaid || (!isOurs && !hosts.includes(ours))) return
  const ingress = isOurs ? [{ hostname: ours }] : null
  try {
    await client.patch(
      services,
      metadata,
      { status: { loadBalancer: { ingress } } },
      { type: 'merge', subresource: 'status' },
    )
  } catch (error) {
    if (isNotFound(error)) return
    logger.error('the status of a load balancer could not be written', {
      service: `${metadata.namespace}/${metadata.name}`,
      error: errorMessage(error),
    })
  }
}
