import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
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

test('a context of a local cluster is listed beside it only when it signs in as someone else', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'cluster-list-'))
  const file = path.join(folder, 'config')
  await writeFile(file, kubeconfig)
  const local = {
    list: () => [{ name: 'local', state: 'running', apiServer }],
    onChange: () => ({ [Symbol.dispose]() {} }),
  } as unknown as LocalClusters
  const open = { stateOf: () => ({ connection: 'not-opened' }) } as unknown as OpenClusters
  try {
    using list = new ClusterList({ files: [file], clock: new FakeClock(), local })
    await list.start()
    expect(list.summaries(open).map(({ id }) => id)).toEqual([
      'local:local',
      'context:as-developer',
      'context:as-auditor',
      'context:elsewhere',
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})
