import { spawn } from 'node:child_process'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NodeHandle } from '#node/node.ts'
import { patienceMs } from '../../support/eventually.ts'
import {
  type kubectl,
  kubectlOutput,
  splitCommand,
  type ToolRelease,
  toolPath,
} from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'
import { startTestNode } from '../../support/test-node.ts'

const manifest = (name: string, image: string, replicas = 1) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [ { name: main, image: ${image} } ] }
`

/** What kubectl of a release does with a cluster in this process. */
export function testKubectl(release: ToolRelease): void {
  let cluster: TestCluster
  let node: NodeHandle

  beforeAll(async () => {
    cluster = await startCluster()
    node = await startTestNode(cluster)
  })
  afterAll(async () => {
    await node?.[Symbol.asyncDispose]()
    await cluster?.[Symbol.asyncDispose]()
  })

  /** Runs kubectl and answers what it printed; a failure is an error with kubectl's own words. */
  async function run(
    command: string,
    options: Parameters<typeof kubectl>[2] = {},
  ): Promise<string> {
    return kubectlOutput(cluster.kubeconfig, splitCommand(command), { release, ...options })
  }

  test('version and api-resources know the server', async () => {
    const version = JSON.parse(await run('version -o json'))
    expect(version.serverVersion).toMatchObject({ major: '1', minor: '35' })
    const resources = await run('api-resources --no-headers')
    expect(resources).toMatch(/^pods +po +v1 +true +Pod$/m)
    expect(resources).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m)
    expect(
      await run('api-resources --api-group=apps --cached=false --verbs=list -o name'),
    ).toContain('replicasets.apps')
  })

  test('cluster-info says where the cluster is, and dumps what it holds', async () => {
    expect(await run('cluster-info')).toContain('Kubernetes control plane is running at https://')
    await run('run dumped --image=busybox')
    await run('wait pod/dumped --for=condition=Ready --timeout=20s')
    const folder = path.join(cluster.directory, 'dump')
    expect(await run(`cluster-info dump -A --output-directory=${folder}`)).toContain(
      `Cluster info dumped to ${folder}`,
    )
    const read = (...name: string[]) => readFile(path.join(folder, ...name), 'utf8')
    expect(JSON.parse(await read('nodes.json')).items[0].metadata.name).toBe('test-node')
    expect(JSON.parse(await read('default', 'pods.json')).items[0].metadata.name).toBe('dumped')
    expect(await read('default', 'dumped', 'logs.txt')).toContain('simulated container dumped')
    expect(await readdir(path.join(folder, 'kube-system'))).toEqual(
      expect.arrayContaining([
        'daemonsets.json',
        'deployments.json',
        'events.json',
        'replicasets.json',
        'replication-controllers.json',
        'services.json',
      ]),
    )
    await run('delete pod dumped --grace-period=0 --force')
  })

  test('get shows tables, wide and as YAML', async () => {
    expect(await run('get ns default')).toMatch(/^NAME +STATUS +AGE\ndefault +Active +\d+s/)
    expect(await run('get nodes -o wide')).toMatch(
      /^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP/,
    )
    expect(await run('get nodes')).toMatch(/^NAME +STATUS +ROLES +AGE +VERSION *\n/)
    expect(await run('get svc kubernetes -o yaml')).toContain('clusterIP: 10.96.0.1\n')
    expect(await run('get ns -o name')).toContain('namespace/kube-system')
  })

  test('create, label, annotate, patch and delete change an object', async () => {
    expect(await run('create configmap made --from-literal=a=b')).toBe('configmap/made created\n')
    expect(await run('label configmap made tier=front')).toBe('configmap/made labeled\n')
    expect(await run('annotate configmap made note=here')).toBe('configmap/made annotated\n')
    const patch = '{"data":{"c":"d"}}'
    expect(await run(`patch configmap made -p '${patch}'`)).toBe('configmap/made patched\n')
    expect(await run(`patch configmap made -p '${patch}'`)).toBe(
      'configmap/made patched (no change)\n',
    )
    const json = JSON.parse(await run('get configmap made -o json'))
    expect(json).toMatchObject({
      data: { a: 'b', c: 'd' },
      metadata: { labels: { tier: 'front' }, annotations: { note: 'here' } },
    })
    expect(await run('get configmap -l tier=front -o name')).toBe('configmap/made\n')
    expect(await run('delete configmap made')).toContain('configmap "made" deleted')
    await expect(run('get configmap made')).rejects.toThrow('configmaps "made" not found')
  })

  test('create secret, namespace and role write protobuf, which is read', async () => {
    await run('create secret generic hidden --from-literal=key=value')
    const secret = JSON.parse(await run('get secret hidden -o json'))
    expect(secret).toMatchObject({ type: 'Opaque', data: { key: 'dmFsdWU=' } })
    await run('create namespace extra')
    await run('create role reader --verb=get,list --resource=pods -n extra')
    expect(JSON.parse(await run('get role reader -n extra -o json')).rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    ])
    expect(await run('delete namespace extra')).toContain('namespace "extra" deleted')
    await expect(run('get namespace extra')).rejects.toThrow('namespaces "extra" not found')
  })

  test('apply creates, changes and leaves alone; a rollout runs to its end', async () => {
    const apply = (image: string, replicas?: number) =>
      run('apply -f -', { input: manifest('web', image, replicas) })
    expect(await apply('nginx:1')).toBe('deployment.apps/web created\n')
    expect(await apply('nginx:1')).toBe('deployment.apps/web unchanged\n')
    await run('rollout status deployment/web --timeout=20s')
    expect(await apply('nginx:2', 2)).toBe('deployment.apps/web configured\n')
    await run('rollout status deployment/web --timeout=20s')
    await run('wait deployment/web --for=condition=Available --timeout=20s')
    expect(await run('get deployment web')).toMatch(/web +2\/2 +2 +2 /)
    const names = (await run('get pods -l app=web -o name')).trim().split('\n')
    expect(names).toHaveLength(2)
    expect(await run('rollout undo deployment/web')).toBe('deployment.apps/web rolled back\n')
    await run('rollout status deployment/web --timeout=20s')
    expect(
      await run('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}'),
    ).toBe('nginx:1')
    expect(await run('scale deployment web --replicas=1')).toBe('deployment.apps/web scaled\n')
    expect(await run('delete deployment web')).toContain('deleted')
    await run('wait pods -l app=web --for=delete --timeout=40s')
  })

  test("apply refuses an unknown field in the server's words", async () => {
    const input = manifest('typo', 'nginx').replace('image:', 'imagePulPolicy: Always, image:')
    await expect(run('apply -f -', { input })).rejects.toThrow(
      'strict decoding error: unknown field "spec.template.spec.containers[0].imagePulPolicy"',
    )
  })

  test('apply --server-side owns fields, and names who else does', async () => {
    const config = (value: string) => `
  apiVersion: v1
  kind: ConfigMap
  metadata: { name: owned }
  data: { a: "${value}" }
  `
    const apply = (value: string, more: string) =>
      run(`apply --server-side ${more} -f -`, { input: config(value) })
    expect(await apply('1', '')).toBe('configmap/owned serverside-applied\n')
    await expect(apply('2', '--field-manager=other')).rejects.toThrow(
      'Apply failed with 1 conflict: conflict with "kubectl": .data.a',
    )
    expect(await apply('2', '--field-manager=other --force-conflicts')).toContain(
      'serverside-applied',
    )
    const { metadata } = JSON.parse(await run('get configmap owned -o json --show-managed-fields'))
    const owners = metadata.managedFields.filter(
      (entry: { fieldsV1: object }) => 'f:data' in entry.fieldsV1,
    )
    expect(owners).toMatchObject([{ manager: 'other', operation: 'Apply', apiVersion: 'v1' }])
  })

  test('explain prints fields from OpenAPI', async () => {
    expect(await run('explain deployment.spec.replicas')).toMatch(/FIELD: +replicas <integer>/)
    expect(await run('explain pod.spec.containers')).toMatch(/imagePullPolicy\t?<string>/)
  })

  test('edit opens the object and stores what the editor made of it', async () => {
    await run('create configmap edited --from-literal=a=b')
    const editor = path.join(cluster.directory, 'editor.sh')
    await writeFile(editor, '#!/bin/sh\nsed -i "s/a: b/a: changed/" "$1"\n')
    await chmod(editor, 0o755)
    expect(await run('edit configmap edited', { env: { EDITOR: editor } })).toBe(
      'configmap/edited edited\n',
    )
    expect(await run('get configmap edited -o jsonpath={.data.a}')).toBe('changed')
  })

  test('get -w prints changes as they come', async () => {
    await run('create configmap watched')
    const child = spawn(
      await toolPath('kubectl', release),
      splitCommand('get configmap watched -w --no-headers'),
      {
        env: { HOME: cluster.directory, KUBECONFIG: cluster.kubeconfig },
        timeout: patienceMs,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const rows = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    try {
      expect((await rows.next()).value).toMatch(/^watched +0 /)
      await run(`patch configmap watched -p '{"data":{"a":"b"}}'`)
      expect((await rows.next()).value).toMatch(/^watched +1 /)
    } finally {
      child.kill()
    }
  })

  test('run, logs, exec and describe reach the node', async () => {
    await run('run tool --image=busybox')
    await run('wait pod/tool --for=condition=Ready --timeout=20s')
    expect(await run('logs tool')).not.toBe('')
    expect(await run('exec tool -- echo hello')).not.toBe('')
    expect(await run('exec tool -i -- cat', { input: 'typed' })).toBeTypeOf('string')
    const described = await run('describe pod tool')
    expect(described).toMatch(/^Status: +Running$/m)
    expect(described).toContain('Successfully assigned default/tool to test-node')
    await expect(run('logs tool -c none')).rejects.toThrow(
      'container none is not valid for pod tool',
    )
    await run('delete pod tool --grace-period=0 --force')
  })

  test('auth can-i follows the roles, and nobody grants what they lack', async () => {
    expect(await run('auth can-i delete nodes')).toBe('yes\n')
    await expect(run('auth can-i list pods --as=eve')).rejects.toThrow('no')
    await run('create rolebinding eve --clusterrole=view --user=eve')
    expect(await run('auth can-i list pods --as=eve')).toBe('yes\n')
    await expect(run('get secrets --as=eve')).rejects.toThrow(
      'secrets is forbidden: User "eve" cannot list resource "secrets" in API group "" in the namespace "default"',
    )
    await run('create rolebinding mallory --clusterrole=admin --user=mallory')
    await expect(run('create role more --verb=get --resource=nodes --as=mallory')).rejects.toThrow(
      'user "mallory" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}',
    )
  })

  test("a service account's token speaks for it", async () => {
    await run('create serviceaccount robot')
    const token = (await run('create token robot')).trim()
    const whoami = JSON.parse(
      await run(`auth whoami -o json --token=${token} --kubeconfig=${await tokenConfig()}`),
    )
    expect(whoami.status.userInfo).toMatchObject({
      username: 'system:serviceaccount:default:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    })
  })

  /** A kubeconfig without credentials. */
  async function tokenConfig(): Promise<string> {
    const config = JSON.parse(cluster.controlPlane.adminKubeconfig())
    config.users[0].user = {}
    const file = path.join(cluster.directory, 'no-credentials')
    await writeFile(file, JSON.stringify(config))
    return file
  }
}
