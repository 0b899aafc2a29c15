import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { http } from '../../../support/http.ts'
import { kubectl, kubectlOutput, splitCommand } from '../../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../../support/start-cluster.ts'
import { fieldPaths } from './field-paths.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

async function manifest(name: string, data: Record<string, string>): Promise<string> {
  const file = path.join(cluster.directory, `${name}.json`)
  const metadata = { name, namespace: 'default' }
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }))
  return file
}
const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))

async function read(name: string) {
  const target = `/api/v1/namespaces/default/configmaps/${name}`
  const { json } = await http(cluster.controlPlane, 'GET', target)
  const entries = json.metadata.managedFields as {
    manager: string
    operation: string
    fieldsV1: object
  }[]
  const owners = entries.map(({ manager, operation, fieldsV1 }) => [
    `${manager} ${operation}`,
    fieldPaths(fieldsV1).filter(field => !field.includes('annotations')),
  ])
  return { data: json.data, owners: Object.fromEntries(owners), metadata: json.metadata }
}

test('what kubectl applied on the client it owns, changes and removes when it applies on the server', async () => {
  await run(`apply -f ${await manifest('moved', { kept: '1', changed: '1', dropped: '1' })}`)
  expect((await read('moved')).owners).toEqual({
    'kubectl-client-side-apply Update': ['.data', '.data.changed', '.data.dropped', '.data.kept'],
  })
  await run(`apply --server-side -f ${await manifest('moved', { kept: '1', changed: '2' })}`)
  const { data, owners } = await read('moved')
  expect(data).toEqual({ kept: '1', changed: '2' })
  // kubectl keeps the annotation of its last client-side apply in an entry of its own.
  expect(owners).toEqual({
    'kubectl Apply': ['.data.changed', '.data.kept'],
    'kubectl-last-applied Apply': [],
  })
})

test('kubectl may go back to applying on the client', async () => {
  await run(`apply -f ${await manifest('back', { a: '1', b: '1' })}`)
  await run(`apply --server-side -f ${await manifest('back', { a: '2', b: '1' })}`)
  const { metadata } = await read('back')
  const noted = JSON.parse(metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'])
  expect(noted.data).toEqual({ a: '2', b: '1' })
  await run(`apply -f ${await manifest('back', { a: '3' })}`)
  expect((await read('back')).data).toEqual({ a: '3' })
})

test('kubectl is told who owns what it would change, and takes it with --force-conflicts', async () => {
  const file = await manifest('fought', { k: '1' })
  await run(`apply --server-side -f ${file}`)
  await run(`patch configmap fought --type=merge -p {"data":{"k":"2"}} --field-manager=other`)
  const refused = await kubectl(cluster.kubeconfig, ['apply', '--server-side', '-f', file])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(
    'Apply failed with 1 conflict: conflict with "other" using v1: .data.k',
  )
  await run(`apply --server-side --force-conflicts -f ${file}`)
  expect(await read('fought')).toMatchObject({
    data: { k: '1' },
    owners: { 'kubectl Apply': ['.data.k'] },
  })
})

test('kubectl scale takes the replicas from who applied them', async () => {
  const file = path.join(cluster.directory, 'scaled.json')
  const metadata = { name: 'scaled', namespace: 'default' }
  const labels = { app: 'scaled' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } }
  const spec = { replicas: 1, selector: { matchLabels: labels }, template }
  await writeFile(
    file,
    JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }),
  )
  await run(`apply --server-side -f ${file}`)
  await run('scale deployment scaled --replicas=3')
  const refused = await kubectl(cluster.kubeconfig, ['apply', '--server-side', '-f', file])
  expect(refused.stderr).toMatch(
    /conflict with "kubectl[^"]*" with subresource "scale" using apps\/v1: \.spec\.replicas/,
  )
})

test('kubectl applies as a manager of its own name, in a dry run nothing', async () => {
  const command = `apply --server-side --field-manager=ann -f ${await manifest('named', { k: '1' })}`
  expect(await run(`${command} --dry-run=server`)).toContain('serverside-applied (server dry run)')
  const absent = await kubectl(cluster.kubeconfig, ['get', 'configmap', 'named'])
  expect(absent.stderr).toContain('configmaps "named" not found')
  expect(await run(command)).toBe('configmap/named serverside-applied\n')
  const shown = JSON.parse(await run('get configmap named --show-managed-fields -o json'))
  const form = { operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' }
  expect(shown.metadata.managedFields).toEqual([
    { ...form, manager: 'ann', time: expect.any(String), fieldsV1: { 'f:data': { 'f:k': {} } } },
  ])
})

test('two managers of kubectl share a list by its keys, and each takes back its own', async () => {
  const applyAs = (manager: string, ...ports: object[]) => {
    const metadata = { name: 'shared', namespace: 'default' }
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } })
    const command = `apply --server-side --field-manager=${manager} -f -`
    return kubectlOutput(cluster.kubeconfig, splitCommand(command), { input })
  }
  const ports = () => run(`get service shared -o jsonpath={.spec.ports[*].port}`)
  await applyAs('ann', { name: 'http', port: 80 })
  await applyAs('ben', { name: 'https', port: 443 })
  expect(await ports()).toBe('80 443')
  await applyAs('ann')
  expect(await ports()).toBe('443')
})

test('kubectl makes the server forget who owns what', async () => {
  await run(`apply --server-side -f ${await manifest('forgotten', { k: '1' })}`)
  const reset = '[{"op":"replace","path":"/metadata/managedFields","value":[{}]}]'
  await run(`patch configmap forgotten --type=json -p '${reset}'`)
  const shown = JSON.parse(await run('get configmap forgotten --show-managed-fields -o json'))
  expect(shown.metadata.managedFields).toBeUndefined()
})
