import { expect, test } from 'vitest'
import type { AppArmorProfile, Pod } from '#kubernetes/api/core-v1.ts'
import { takeAppArmorAnnotations } from './app-armor.ts'

const key = 'container.apparmor.security.beta.kubernetes.io/web'
const text = `metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`

function taken(annotation: string, own?: AppArmorProfile, ofPod?: AppArmorProfile) {
  const pod: Pod = {
    metadata: { annotations: { [key]: annotation } },
    spec: {
      containers: [{ name: 'web', ...(own ? { securityContext: { appArmorProfile: own } } : {}) }],
      ...(ofPod ? { securityContext: { appArmorProfile: ofPod } } : {}),
    },
  }
  const warnings: string[] = []
  takeAppArmorAnnotations(pod, warning => warnings.push(warning))
  return [pod.spec.containers[0]?.securityContext?.appArmorProfile, warnings]
}

test('an annotation becomes the field, with a warning', () => {
  expect(taken('runtime/default')).toEqual([{ type: 'RuntimeDefault' }, [text]])
  expect(taken('localhost/strict')).toEqual([
    { type: 'Localhost', localhostProfile: 'strict' },
    [text],
  ])
})

test('an annotation that says nothing good is warned of alone', () => {
  expect(taken('localhost/')).toEqual([undefined, [text]])
})

test('an annotation says nothing beside a field, nor what the pod says already', () => {
  expect(taken('unconfined', { type: 'RuntimeDefault' })).toEqual([{ type: 'RuntimeDefault' }, []])
  expect(taken('unconfined', undefined, { type: 'Unconfined' })).toEqual([undefined, []])
})
