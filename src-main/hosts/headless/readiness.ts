import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { nodes, serviceAccounts } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'

interface Usable {
  nodeNames: string[]
  clock: Clock
  logger: Logger
}

/** Resolves once every node is Ready and the default ServiceAccount is there, so that pods can be created and run. */
export async function untilUsable(
  transport: Transport,
  { nodeNames, clock, logger }: Usable,
): Promise<void> {
  const client = new Client(transport, { userAgent: 'slipway' })
  await using informers = new SharedInformers({ client, clock, logger })
  const nodeInformer = informers.use(nodes).informer
  const select = { namespace: 'default', fieldSelector: 'metadata.name=default' }
  const accountInformer = informers.use(serviceAccounts, select).informer
  await until(nodeInformer, () => nodeNames.every(name => isReady(nodeInformer.get(name))))
  await until(accountInformer, () => accountInformer.size > 0)
}

interface Changing {
  on(handlers: { added(): void; updated(): void }): Disposable
}

async function until(informer: Changing, isTrue: () => boolean): Promise<void> {
  if (isTrue()) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const check = () => {
    if (isTrue()) resolve()
  }
  using _listening = informer.on({ added: check, updated: check })
  await promise
}

function isReady(
  node: { status?: { conditions?: { type: string; status: string }[] } } | undefined,
): boolean {
  const conditions = node?.status?.conditions ?? []
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
}
