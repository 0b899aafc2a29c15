import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeSignIn, kubeconfigPaths, loadKubeconfig } from './kubeconfig.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kubeconfig-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const write = async (name: string, text: string) => {
  const file = path.join(folder, name)
  await writeFile(file, text)
  return file
}

const first = `
current-context: b
clusters: [{ name: same, cluster: { server: https://first, certificate-authority: ca.crt } }]
users: [{ name: u, user: { tokenFile: token, as: jane, as-groups: [a, b] } }]
contexts: [{ name: a, context: { cluster: same, user: u, namespace: shop } }]
`
const second = `
current-context: z
clusters: [{ name: same, cluster: { server: https://second } }]
users:
- name: cloud
  user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [get-token, --x] } }
contexts:
- { name: a, context: { cluster: other } }
- { name: b, context: { cluster: same, user: cloud } }
- { name: broken, context: { cluster: gone } }
`

test('loadKubeconfig lets the first file win and resolves paths beside each file', async () => {
  const files = [await write('first', first), await write('second', second)]
  const { contexts, currentContext, problems } = await loadKubeconfig([
    ...files,
    path.join(folder, 'absent'),
  ])
  expect(problems).toEqual([])
  expect(currentContext).toBe('b')
  expect(contexts.map(context => context.name)).toEqual(['a', 'b', 'broken'])
  const [a, b, broken] = contexts
  expect(a).toMatchObject({
    source: files[0],
    namespace: 'shop',
    cluster: { server: 'https://first', certificateAuthority: path.join(folder, 'ca.crt') },
    user: {
      tokenFile: path.join(folder, 'token'),
      impersonate: { user: 'jane', groups: ['a', 'b'] },
    },
  })
  expect(b?.user.exec?.command).toBe(path.join(folder, 'login'))
  expect(broken?.error).toContain('names the cluster "gone"')
})

test('loadKubeconfig reports a file that is not YAML and reads the others', async () => {
  const broken = await write('broken', 'clusters: [')
  const { contexts, problems } = await loadKubeconfig([broken, await write('ok', second)])
  expect(problems.map(problem => problem.file)).toEqual([broken])
  expect(contexts).toHaveLength(3)
})

test('kubeconfigPaths follows KUBECONFIG, else the default file', () => {
  expect(
    kubeconfigPaths({ KUBECONFIG: ['/a', '/b', '/a'].join(path.delimiter) }, '/home/x'),
  ).toEqual(['/a', '/b'])
  expect(kubeconfigPaths({}, '/home/x')).toEqual([path.join('/home/x', '.kube', 'config')])
})

test('describeSignIn names the plugin, never a secret', () => {
  expect(describeSignIn({ token: 'secret' })).toBe('token')
  expect(
    describeSignIn({
      exec: {
        apiVersion: '',
        command: '/usr/bin/aws',
        args: ['eks', 'get-token', '--name', 'x'],
        env: [],
        provideClusterInfo: false,
        interactiveMode: 'Never',
      },
    }),
  ).toBe('aws eks get-token')
})
