import { expect, test } from 'vitest'
import type { APIService, APIServiceSpec } from '#kubernetes/api/apiregistration-v1.ts'
import { created, failuresOf } from '../shared/testing.ts'
import { apiServices } from './apiservices.ts'

const apiService = (
  rest: Partial<APIServiceSpec> = {},
  name = 'v1alpha1.wardle.example.com',
): APIService => ({
  metadata: { name },
  spec: {
    group: 'wardle.example.com',
    version: 'v1alpha1',
    groupPriorityMinimum: 2000,
    versionPriority: 200,
    ...rest,
  },
})
const service = { namespace: 'default', name: 'api' }

test('a local one is available at once, another not before it answers', () => {
  const availability = (spec: Partial<APIServiceSpec>) =>
    created(apiServices, apiService(spec)).status?.conditions?.map(({ reason }) => reason)
  expect(availability({})).toEqual(['Local'])
  expect(availability({ service })).toBeUndefined()
  expect(created(apiServices, apiService({ service })).spec.service?.port).toBe(443)
})

test.each<[string, APIService, string[]]>([
  ['nothing wrong', apiService({ service }), []],
  [
    'another name',
    apiService({}, 'mine'),
    [
      'metadata.name: Invalid value: "mine": must be `spec.version+"."+spec.group`: "v1alpha1.wardle.example.com"',
    ],
  ],
  [
    'too much priority',
    apiService({ groupPriorityMinimum: 20_001, versionPriority: 0 }),
    [
      'spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000',
      'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
    ],
  ],
  [
    'trust in nobody',
    apiService({ insecureSkipTLSVerify: true }),
    [
      'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
    ],
  ],
  [
    'half a service',
    apiService({ service: { namespace: 'default', port: 70_000 } }),
    [
      'spec.service.name: Required value',
      'spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
    ],
  ],
])('an API service with %s', (_, object, problems) => {
  expect(failuresOf(apiServices, object)).toEqual(problems)
})
