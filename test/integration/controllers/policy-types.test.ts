import { afterAll, beforeAll, expect, test } from 'vitest'
import { validatingAdmissionPolicies } from '#client/resource-types.ts'
import { validatingAdmissionPolicyStatusController } from '#control-plane/controllers/validatingadmissionpolicy-status/validatingadmissionpolicy-status.ts'
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { CustomResourceClient, definition, onlyVersion } from '../../support/custom-resources.ts'
import { eventually } from '../../support/eventually.ts'

let cluster: ControlledCluster

beforeAll(async () => {
  cluster = await startControlledCluster({ only: [validatingAdmissionPolicyStatusController] })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** The status of a policy about a kind once it was looked at. */
async function statusOf(
  name: string,
  [apiGroup, apiVersion, resource]: [string, string, string],
  spec: ValidatingAdmissionPolicySpec,
) {
  const policy: ValidatingAdmissionPolicy = {
    metadata: { name },
    spec: {
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: [apiGroup],
            apiVersions: [apiVersion],
            resources: [resource],
            operations: ['CREATE'],
          },
        ],
      },
      ...spec,
    },
  }
  await cluster.client.create(validatingAdmissionPolicies, policy)
  return eventually(async () => {
    const { status } = await cluster.client.get(validatingAdmissionPolicies, { name })
    expect(status?.observedGeneration).toBe(1)
    return status?.typeChecking
  })
}

const deployments: [string, string, string] = ['apps', 'v1', 'deployments']

test('a policy that fits its kinds is marked as looked at, without warnings', async () => {
  const checked = await statusOf('fits', deployments, {
    variables: [{ name: 'containers', expression: 'object.spec.template.spec.containers' }],
    validations: [
      { expression: 'object.spec.replicas <= 5 && object.metadata.name.size() > 0' },
      { expression: "variables.containers.all(c, c.image.startsWith('example.com/'))" },
      {
        expression:
          "object.spec.strategy.rollingUpdate.maxSurge == 1 || object.metadata.labels['a'] == 'b'",
      },
    ],
  })
  expect(checked).toEqual({})
})

test('what does not fit is told with the kind and the place', async () => {
  const checked = await statusOf('misfits', deployments, {
    validations: [
      { expression: 'object.replicas > 1', messageExpression: "'has ' + object.spec.replicas" },
      { expression: "object.spec.paused == 'yes'" },
    ],
  })
  expect(checked?.expressionWarnings).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning:
        "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n",
    },
    {
      fieldRef: 'spec.validations[0].messageExpression',
      warning:
        "apps/v1, Kind=Deployment: ERROR: <input>:1:8: found no matching overload for '_+_' applied to '(string, int)'\n | 'has ' + object.spec.replicas\n | .......^\n",
    },
    {
      fieldRef: 'spec.validations[1].expression',
      warning:
        "apps/v1, Kind=Deployment: ERROR: <input>:1:20: found no matching overload for '_==_' applied to '(bool, string)'\n | object.spec.paused == 'yes'\n | ...................^\n",
    },
  ])
})

test('custom kinds are checked by their schemas, as objects and as parameters', async () => {
  const api = new CustomResourceClient(cluster.cluster)
  const crd = definition('knobs', ({ spec }) => {
    spec.versions = [onlyVersion({ turns: { type: 'integer' } })]
  })
  await api.define(crd)
  const checked = await statusOf('custom', ['test.example.com', 'v1', 'knobs'], {
    paramKind: { apiVersion: 'test.example.com/v1', kind: 'Knob' },
    validations: [{ expression: 'object.spec.turns < params.spec.most' }],
  })
  expect(checked?.expressionWarnings).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning:
        "test.example.com/v1, Kind=Knob: ERROR: <input>:1:32: undefined field 'most'\n | object.spec.turns < params.spec.most\n | ...............................^\n",
    },
  ])
})
