import { expect, test } from 'vitest'
import type { Pod } from '../api/core-v1.ts'
import { quotaUsage } from './quota-usage.ts'

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
