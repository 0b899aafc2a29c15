import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { kubectl } from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster

const pod = (name: string, nodeName: string, own: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  nodeName: ${nodeName}
  serviceAccountName: ${own}
  imagePullSecrets: [{ name: ${own}-pull }]
  containers:
    - name: main
      image: busybox
      env: [{ name: A, valueFrom: { secretKeyRef: { name: ${own}-env, key: a } } }]
      envFrom: [{ configMapRef: { name: ${own}-env } }]
  volumes:
    - { name: data, persistentVolumeClaim: { claimName: ${own} } }
    - { name: all, projected: { sources: [{ secret: { name: ${own}-projected } }] } }
---
`
const objects = (own: string) => `
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${own} }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${own}-env }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${own} }
spec:
  capacity: { storage: 1Mi }
  accessModes: [ReadWriteOnce]
  hostPath: { path: /data }
  claimRef: { namespace: default, name: ${own} }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${own} }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ''
  volumeName: ${own}
  resources: { requests: { storage: 1Mi } }
---
${['env', 'pull', 'projected'].map(suffix => `{ apiVersion: v1, kind: Secret, metadata: { name: ${own}-${suffix} } }\n---\n`).join('')}`

beforeAll(async () => {
  cluster = await startCluster()
  await eventually(async () =>
    expect((await kubectl(cluster.kubeconfig, ['get', 'serviceaccount', 'default'])).code).toBe(0),
  )
  const input = `${objects('mine')}${objects('others')}${pod('here', 'node-a', 'mine')}${pod('there', 'node-b', 'others')}`
  const { code, stderr } = await kubectl(cluster.kubeconfig, ['create', '-f', '-'], { input })
  expect(stderr).toBe('')
  expect(code).toBe(0)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const asNode = ['--as', 'system:node:node-a', '--as-group', 'system:nodes']
const readable = (own: string, bound: string[] = []) => [
  ...['env', 'pull', 'projected'].map(suffix => ['get', 'secret', `${own}-${suffix}`]),
  ['get', 'configmap', `${own}-env`],
  ['get', 'persistentvolumeclaim', own],
  ['get', 'persistentvolume', own],
  ['create', 'token', own, ...bound],
]

test('a node reads what its own pods refer to, and no other', async () => {
  const uidOf = ['get', 'pod', 'here', '-o', 'jsonpath={.metadata.uid}']
  const uid = (await kubectl(cluster.kubeconfig, uidOf)).stdout
  const bound = ['--bound-object-kind=Pod', '--bound-object-name=here', `--bound-object-uid=${uid}`]
  for (const command of readable('mine', bound)) {
    const { stderr } = await kubectl(cluster.kubeconfig, [...command, ...asNode])
    expect(stderr, command.join(' ')).toBe('')
  }
  for (const command of readable('others')) {
    const { code, stderr } = await kubectl(cluster.kubeconfig, [...command, ...asNode])
    expect(code, command.join(' ')).toBe(1)
    expect(stderr).toContain("no relationship found between node 'node-a' and this object")
  }
  const { stderr } = await kubectl(cluster.kubeconfig, ['get', 'secret', 'others-env', ...asNode])
  expect(stderr).toBe(
    'Error from server (Forbidden): secrets "others-env" is forbidden: User "system:node:node-a" cannot get resource "secrets" in API group "" in the namespace "default": no relationship found between node \'node-a\' and this object\n',
  )
})

test('a node lists no secrets, and touches no lease but its own', async () => {
  const words = async (...args: string[]) =>
    (await kubectl(cluster.kubeconfig, [...args, ...asNode])).stderr
  expect(await words('get', 'secrets')).toContain('No Object name found')
  expect(await words('get', 'configmaps', '-A')).toContain(
    'can only read namespaced object of this type',
  )
  expect(await words('delete', 'secret', 'mine-env')).toContain(
    'can only read resources of this type',
  )
  expect(await words('get', 'leases', '-n', 'kube-node-lease', 'node-b')).not.toBe('')
  expect(await words('get', 'lease', '-n', 'kube-node-lease', 'node-b')).toContain(
    'can only access node lease with the same name as the requesting node',
  )
  expect(await words('get', 'nodes', 'node-a')).toContain('"node-a" not found')
})

test('a node reads its own pods and itself, and no others', async () => {
  const ask = (...args: string[]) => kubectl(cluster.kubeconfig, [...args, ...asNode])
  const own = ['--field-selector', 'spec.nodeName=node-a']
  expect((await ask('get', 'pods', '-A', ...own, '-o', 'name')).stdout).toBe('pod/here\n')
  expect((await ask('get', 'pod', 'here', '-o', 'name')).stdout).toBe('pod/here\n')
  expect((await ask('get', 'pods', '--field-selector', 'metadata.name=here')).code).toBe(0)
  const refused: [string[], string][] = [
    [['get', 'pods'], 'can only list/watch pods with spec.nodeName field selector'],
    [
      ['get', 'pods', '--field-selector', 'spec.nodeName=node-b'],
      'can only list/watch pods with spec.nodeName field selector',
    ],
    [['get', 'pod', 'there'], "no relationship found between node 'node-a' and this object"],
    [
      ['get', 'pods', '--field-selector', 'metadata.name=there'],
      "no relationship found between node 'node-a' and this object",
    ],
    [['get', 'nodes'], "node 'node-a' cannot read all nodes, only its own Node object"],
    [['get', 'node', 'node-b'], "node 'node-a' cannot read 'node-b', only its own Node object"],
  ]
  for (const [command, why] of refused) {
    const { code, stderr } = await ask(...command)
    expect(code, command.join(' ')).toBe(1)
    expect(stderr.endsWith(`: ${why}\n`), stderr).toBe(true)
  }
})

test("a node's certificate speaks for it, and what goes with a pod goes for its node", async () => {
  const { certificate, key } = await cluster.controlPlane.issueClientCertificate({
    commonName: 'system:node:node-b',
    organizations: ['system:nodes'],
  })
  const config = JSON.parse(cluster.controlPlane.adminKubeconfig())
  const encode = (text: string) => Buffer.from(text).toString('base64')
  config.users[0].user = {
    'client-certificate-data': encode(certificate),
    'client-key-data': encode(key),
  }
  const ofNode = path.join(cluster.directory, 'node-kubeconfig')
  await writeFile(ofNode, JSON.stringify(config), { mode: 0o600 })
  const read = async (name: string) => (await kubectl(ofNode, ['get', 'secret', name])).code
  expect(await read('others-env')).toBe(0)
  expect(await read('mine-env')).toBe(1)
  const deletion = ['delete', 'pod', 'there', '--force', '--grace-period=0']
  expect((await kubectl(cluster.kubeconfig, deletion)).code).toBe(0)
  expect(await read('others-env')).toBe(1)
})
