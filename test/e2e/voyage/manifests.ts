/** Manifests as people write them; what is odd about a pod is said by the simulated runtime's annotations. */

export const web = (namespace: string, name = 'web') => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }
spec: { containers: [ { name: web, image: "nginx:1.14.2" }, { name: sidecar, image: busybox } ] }
`

export const deployment = (namespace: string, name: string, replicas: number) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [ { name: main, image: "nginx:1.14.2" } ] }
`

/** Exits with code 3 soon after every start. */
export const crash = (namespace: string) => `---
apiVersion: v1
kind: Pod
metadata:
  name: crash
  namespace: ${namespace}
  annotations:
    simulation.slipway.dev/exit-after: 100ms
    simulation.slipway.dev/exit-code: "3"
    simulation.slipway.dev/log: cannot open /data/config.yaml
spec: { containers: [ { name: main, image: busybox } ] }
`

/** Wants more than any node has. */
export const pending = (namespace: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: big, namespace: ${namespace} }
spec: { containers: [ { name: main, image: busybox, resources: { requests: { cpu: "900" } } } ] }
`
