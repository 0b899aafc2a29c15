import { expect, test } from 'vitest'
import type { Transport } from '#client/transport.ts'
import { writtenIn } from './written-in.ts'

/** Objects by the last part of their path, each with its owner's kind and name. */
function transportOf(owners: Record<string, [kind: string, name: string] | undefined>): Transport {
  const request = async ({ path }: { path: string }) => {
    const owner = owners[path.split('/').at(-1) ?? '']
    const ownerReferences = owner ? [{ kind: owner[0], name: owner[1], controller: true }] : []
    return { json: async () => ({ metadata: { ownerReferences } }) }
  }
  return { request } as unknown as Transport
}
const pod = {
  cluster: 'local:one',
  resource: { group: '', version: 'v1', resource: 'pods' },
  namespace: 'shop',
  name: 'web-1-x',
}
const { signal } = new AbortController()

test.each([
  ['the pod, when nothing owns it', {}, { name: 'web-1-x' }],
  [
    "its ReplicaSet's Deployment",
    { 'web-1-x': ['ReplicaSet', 'web-1'], 'web-1': ['Deployment', 'web'] },
    { name: 'web' },
  ],
  [
    'nothing that can be changed, when a Job owns it',
    { 'web-1-x': ['Job', 'web'] },
    'Job web makes this pod: change it there',
  ],
  [
    'the last that was looked at of owners in a circle',
    { 'web-1-x': ['ReplicaSet', 'web-1'], 'web-1': ['ReplicaSet', 'web-1'] },
    { name: 'web-1' },
  ],
] as [string, Record<string, [string, string]>, unknown][])(
  'a pod’s template is written in %s',
  async (_what, owners, expected) => {
    const found = await writtenIn(transportOf(owners), pod, signal)
    if (typeof expected === 'string') expect(found).toBe(expected)
    else expect(found).toMatchObject(expected as object)
  },
)
