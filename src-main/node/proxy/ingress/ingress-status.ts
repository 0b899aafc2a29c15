import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { ingresses } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Ingress, IngressLoadBalancerIngress } from '#kubernetes/api/networking-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'

/**
 * Says in an ingress' status that it is reached on localhost, and on which ports; without ports, that it isn't any more.
 * Resolves to whether that was news. Never throws.
 */
export async function writeIngressStatus(
  client: Client,
  ingress: Stored<Ingress>,
  ports: readonly number[],
  logger: Logger,
): Promise<boolean> {
  const wanted: IngressLoadBalancerIngress[] = ports.length
    ? [{ hostname: 'localhost', ports: ports.map(port => ({ port, protocol: 'TCP' })) }]
    : []
  const isSaid = ({ status }: Ingress) => semanticEqual(status?.loadBalancer?.ingress, wanted)
  if (isSaid(ingress)) return false
  const { name, namespace } = ingress.metadata
  const status = { loadBalancer: { ingress: wanted.length ? wanted : null } }
  try {
    // What was watched may be older than what was written last.
    if (isSaid(await client.get(ingresses, { name, namespace }))) return false
    await client.patch(
      ingresses,
      { name, namespace },
      { status },
      { type: 'merge', subresource: 'status' },
    )
    return true
  } catch (error) {
    if (!isNotFound(error)) {
      logger.error('the status of an ingress could not be written', {
        ingress: keyOf(ingress),
        error: errorMessage(error),
      })
    }
    return false
  }
}
