import { expect, test } from 'vitest'
import type { Pod } from '../api/core-v1.ts'
import type { ResourceClaim } from '../api/resource-v1.ts'
import { countsTowards, quotaUsage } from './quota-usage.ts'

test('a pod under resize counts towards quotas with the most of what it asks for and has', () => {
  const amounts = (cpu: string, memory: string) => ({
    requests: { cpu, memory },
    limits: { cpu, memory },
  })
  const pod: Pod = {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', resources: amounts('3', '1Gi') }] },
    status: {
      containerStatuses: [
        {
          ...{ name: 'c', ready: true, restartCount: 0, image: '', imageID: '' },
          allocatedResources: { cpu: '2', memory: '2Gi' },
          resources: amounts('2', '2Gi'),
        },
      ],
    },
  }
  expect(quotaUsage({ group: '', plural: 'pods' }, pod, 0)).toMatchObject({
    'requests.cpu': '3',
    'requests.memory': '2Gi',
    'limits.cpu': '3',
    'limits.memory': '2Gi',
  })
})

test('a claim counts towards quotas with its devices by class, of alternatives with the most', () => {
  const claim: ResourceClaim = {
    metadata: { name: 'c' },
    spec: {
      devices: {
        requests: [
          { name: 'two', exactly: { deviceClassName: 'gpus', count: 2 } },
          { name: 'all', exactly: { deviceClassName: 'nics', allocationMode: 'All' } },
          {
            name: 'some',
            firstAvailable: [
              { name: 'a', deviceClassName: 'gpus', count: 1 },
              { name: 'b', deviceClassName: 'gpus', count: 4 },
              { name: 'c', deviceClassName: 'tpus', count: 1 },
            ],
          },
        ],
      },
    },
  }
  const resource = { group: 'resource.k8s.io', plural: 'resourceclaims' }
  expect(quotaUsage(resource, claim, 0)).toEqual({
    'count/resourceclaims.resource.k8s.io': '1',
    'gpus.deviceclass.resource.k8s.io/devices': '6',
    'nics.deviceclass.resource.k8s.io/devices': '32',
    'tpus.deviceclass.resource.k8s.io/devices': '1',
  })
  const counts = (name: string) => countsTowards(resource, name)
  expect(counts('gpus.deviceclass.resource.k8s.io/devices')).toBe(true)
  expect(counts('requests.storage')).toBe(false)
})
