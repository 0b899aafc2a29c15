import { namespaces, serviceAccounts } from '#client/resource-types.ts'
import { isAlreadyExists } from '#kubernetes/status-error.ts'
import { defineController } from './define-controller.ts'
import { isNamespaceTerminating } from './shared/pod-control.ts'

const name = 'default'

/** Keeps a ServiceAccount `default` in every namespace that is in use. */
export const serviceAccountController = defineController({
  name: 'serviceaccount-controller',
  serviceAccount: 'service-account-controller',
  for: namespaces,
  reads: { serviceAccounts },
  start: ({ client, informer, informers, queue, on }) => {
    on(informers.serviceAccounts, {
      deleted: ({ metadata }) => {
        if (metadata.name === name && metadata.namespace) queue.add(metadata.namespace)
      },
    })
    return async namespace => {
      if (informer.get(namespace)?.status?.phase === 'Terminating') return undefined
      if (!informer.get(namespace) || informers.serviceAccounts.get(`${namespace}/${name}`)) {
        return undefined
      }
      try {
        await client.create(serviceAccounts, { metadata: { name, namespace } })
      } catch (error) {
        if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error
      }
      return undefined
    }
  },
})
