import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { FakeClock } from '#base/fake-clock.ts'
import { ClusterList } from './cluster-list.ts'
import type { LocalClusters } from './local-clusters.ts'
import type { OpenClusters } from './open-clusters.ts'

const apiServer = 'https://127.0.0.1:6443'
const kubeconfig = `apiVersion: v1
kind: Config
clusters:
  - { name: slipway, cluster: { server: "${apiServer}" } }
  - { name: elsewhere, cluster: { server: "https://example.org" } }
users:
  - { name: slipway, user: { client-certificate-data: YQ==, client-key-data: Yg== } }
  - { name: developer, user: { token: t } }
  - { name: auditor, user: { client-certificate-data: YQ==, client-key-data: Yg==, as: audit } }
contexts:
  - { name: slipway, context: { cluster: slipway, user: slipway } }
  - { name: slipway-shop, context: { cluster: slipway, user: slipway, namespace: shop } }
  - { name: as-developer, context: { cluster: slipway, user: developer } }
  - { name: as-auditor, context: { cluster: slipway, user: auditor } }
  - { name: elsewhere, context: { cluster: elsewhere, user: developer } }
`

/** A kubeconfig file in a folder of its own. */
async function kubeconfigFile() {
  const folder = await mkdtemp(path.join(tmpdir(), 'cluster-list-'))
  const file = path.join(folder, 'config')
  await writeFile(file, kubeconfig)
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('a context of a local cluster is listed beside it only when it signs in as someone else', async () => {
  await using config = await kubeconfigFile()
  const local = {
    list: () => [{ name: 'local', state: 'running', apiServer }],
    onChange: () => ({ [Symbol.dispose]() {} }),
  } as unknown as LocalClusters
  const open = { stateOf: () => ({ connection: 'not-opened' }) } as unknown as OpenClusters
  using list = new ClusterList({ files: [config.file], clock: new FakeClock(), local })
  await list.start()
  expect(list.summaries(open).map(({ id }) => id)).toEqual([
    'local:local',
    'context:as-developer',
    'context:as-auditor',
    'context:elsewhere',
  ])
})

test('while a kubeconfig cannot be read its contexts stay, and it is said; what it says then counts', async () => {
  await using config = await kubeconfigFile()
  const local = {
    list: () => [],
    onChange: () => ({ [Symbol.dispose]() {} }),
  } as unknown as LocalClusters
  using list = new ClusterList({ files: [config.file], clock: systemClock, local })
  await list.start()
  const names = () => list.contexts.map(({ name }) => name)
  const before = names()
  const write = async (text: string) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    using _changed = list.changed.on(resolve)
    await writeFile(config.file, text)
    await promise
  }

  await write(`${kubeconfig}  - { name: half`)
  expect(names()).toEqual(before)
  expect(list.problems).toEqual([expect.stringContaining(`${config.file} could not be read`)])

  await write(kubeconfig.replace(/ {2}- { name: elsewhere, context.*\n/, ''))
  expect(names()).toEqual(before.filter(name => name !== 'elsewhere'))
  expect(list.problems).toEqual([])
})
