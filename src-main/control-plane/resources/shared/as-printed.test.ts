import { expect, test } from 'vitest'
import { goJson } from '#kubernetes/go-text.ts'
import { asPrinted, sortedByName } from './as-printed.ts'

test.each<[string, string, string, object, string]>([
  [
    'nothing left out, in the order of declaration',
    'rbac.authorization.k8s.io/v1',
    'RoleRef',
    { name: 'a', kind: 'Role' },
    '{"APIGroup":"","Kind":"Role","Name":"a"}',
  ],
  [
    'structs, lists and absent pointers',
    'storage.k8s.io/v1',
    'VolumeAttachmentSpec',
    { nodeName: 'n', attacher: 'a', source: { persistentVolumeName: 'v' } },
    '{"Attacher":"a","Source":{"PersistentVolumeName":"v","InlineVolumeSpec":null},"NodeName":"n"}',
  ],
  [
    'initials, and the lists within',
    'v1',
    'SecurityContext',
    { seLinuxOptions: { level: 's0' }, capabilities: { drop: ['ALL'] }, runAsUser: 0 },
    '{"Capabilities":{"Add":null,"Drop":["ALL"]},"Privileged":null,"SELinuxOptions":{"User":"","Role":"","Type":"","Level":"s0"},"WindowsOptions":null,"RunAsUser":0,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":null,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}',
  ],
  [
    'what has JSON names, in its own form',
    'policy/v1',
    'PodDisruptionBudgetSpec',
    {
      maxUnavailable: '50%',
      minAvailable: 1,
      selector: {
        matchExpressions: [{ operator: 'Exists', key: 'a' }],
        matchLabels: { b: '', a: '' },
      },
    },
    '{"MinAvailable":1,"Selector":{"matchLabels":{"a":"","b":""},"matchExpressions":[{"key":"a","operator":"Exists"}]},"MaxUnavailable":"50%","UnhealthyPodEvictionPolicy":null}',
  ],
  [
    'what its JSON form never leaves out',
    'meta.k8s.io/v1',
    'OwnerReference',
    { kind: 'Event', apiVersion: 'v1' },
    '{"apiVersion":"v1","kind":"Event","name":"","uid":""}',
  ],
])('an error prints a struct with %s', (_what, apiVersion, name, value, text) => {
  expect(goJson(asPrinted(apiVersion, name, value))).toBe(text)
})

test('an error prints a map by name', () => {
  expect(goJson(sortedByName({ b: '1', a: '2' }))).toBe('{"a":"2","b":"1"}')
})
