import { configMaps, namespaces } from '#client/resource-types.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { isAlreadyExists, isNotFound } from '#kubernetes/status-error.ts'
import { defineController } from './define-controller.ts'
import { isNamespaceTerminating } from './shared/pod-control.ts'

const name = 'kube-root-ca.crt'
const annotations = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
}

/** Publishes the cluster's certificate authority in every namespace, for pods that talk to the API server. */
export const rootCaCertificatePublisher = defineController({
  name: 'root-ca-certificate-publisher-controller',
  serviceAccount: 'root-ca-cert-publisher',
  for: namespaces,
  reads: { configMaps: { type: configMaps, select: { fieldSelector: `metadata.name=${name}` } } },
  start: ({ client, informer, informers, queue, on, options }) => {
    const wake = ({ metadata }: { metadata: { name?: string; namespace?: string } }) => {
      if (metadata.name === name && metadata.namespace) queue.add(metadata.namespace)
    }
    on(informers.configMaps, { updated: wake, deleted: wake })
    return async namespace => {
      const { rootCertificate } = options
      const owner = informer.get(namespace)
      if (!rootCertificate || !owner || owner.status?.phase === 'Terminating') return undefined
      const data = { 'ca.crt': rootCertificate }
      const known = informers.configMaps.get(`${namespace}/${name}`)
      try {
        if (!known) {
          await client.create(configMaps, { metadata: { name, namespace, annotations }, data })
        } else if (!semanticEqual(known.data, data) || !known.metadata.annotations) {
          const metadata = {
            ...known.metadata,
            annotations: { ...known.metadata.annotations, ...annotations },
          }
          await client.update(configMaps, { ...known, metadata, data })
        }
      } catch (error) {
        if (isAlreadyExists(error) || isNotFound(error) || isNamespaceTerminating(error)) {
          return undefined
        }
        throw error
      }
      return undefined
    }
  },
})
