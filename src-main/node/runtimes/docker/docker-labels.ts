import { runtimeLabels } from '../container-runtime.ts'

/** What we note on the engine's objects beside the well-known labels, to find everything again. */
export const dockerLabels = {
  ...runtimeLabels,
  /** `sandbox`, `container`, or a helper's: `agent`, `network`. */
  role: 'dev.slipway.role',
  attempt: 'dev.slipway.attempt',
  sandbox: 'dev.slipway.sandbox',
  /** Of a sandbox: the files for termination messages that it made when it started. */
  messageFiles: 'dev.slipway.message-files',
} as const

/** As the name of the container that holds a pod's network. */
export const sandboxContainerName = 'POD'

/** A filter for objects that carry all these labels. */
export const labelFilter = (labels: Record<string, string>): string =>
  JSON.stringify({ label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) })

/** The engine's name for a container, as kubelets on Docker have always named them. */
export const containerNameOf = (
  container: string,
  pod: { name: string; namespace: string; uid: string },
  attempt: number,
): string => `k8s_${container}_${pod.name}_${pod.namespace}_${pod.uid}_${attempt}`
