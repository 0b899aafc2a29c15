import type { BoundPod } from '#node/kubelet/pod-facts.ts'

/** A pod that has been bound to the node `node`, of one container but for what `spec` says. */
export const boundPod = (spec: Partial<BoundPod['spec']> = {}): BoundPod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    uid: 'p',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { nodeName: 'node', containers: [{ name: 'main' }], ...spec },
})
