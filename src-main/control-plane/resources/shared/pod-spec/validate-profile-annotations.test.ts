import { expect, test } from 'vitest'
import type { PodTemplateSpec, SecurityContext } from '#kubernetes/api/core-v1.ts'
import {
  validateProfileAnnotations,
  validateProfilesMatch,
} from './validate-profile-annotations.ts'

const seccomp = 'container.seccomp.security.alpha.kubernetes.io'
const appArmor = 'container.apparmor.security.beta.kubernetes.io'
const pod = (key: string, value: string, securityContext?: SecurityContext): PodTemplateSpec => ({
  metadata: { annotations: { [key]: value } },
  spec: { containers: [{ name: 'web', ...(securityContext ? { securityContext } : {}) }] },
})
const texts = (errors: { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`)

test.each<[string, PodTemplateSpec, string[]]>([
  ['the default', pod(`${seccomp}/web`, 'runtime/default'), []],
  [
    'no seccomp profile',
    pod('seccomp.security.alpha.kubernetes.io/pod', 'strict'),
    [
      'at.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "strict": must be a valid seccomp profile',
    ],
  ],
  [
    'a file elsewhere',
    pod(`${seccomp}/web`, 'localhost/../etc'),
    [`at.${seccomp}/web: Invalid value: "../etc": must not contain '..'`],
  ],
  [
    'a container that is not there',
    pod(`${appArmor}/db`, 'unconfined'),
    [`at[${appArmor}/db]: Invalid value: "db": container not found`],
  ],
  [
    'no AppArmor profile',
    pod(`${appArmor}/web`, 'strict'),
    [`at[${appArmor}/web]: Invalid value: "strict": invalid AppArmor profile name: "strict"`],
  ],
])('an annotation with %s', (_what, template, errors) => {
  expect(texts(validateProfileAnnotations(template, 'at'))).toEqual(errors)
})

const at = 'spec.containers[0].securityContext'
test.each<[string, PodTemplateSpec, string[]]>([
  [
    'the same twice',
    pod(`${seccomp}/web`, 'docker/default', { seccompProfile: { type: 'RuntimeDefault' } }),
    [],
  ],
  [
    'two types',
    pod(`${seccomp}/web`, 'unconfined', { seccompProfile: { type: 'RuntimeDefault' } }),
    [`${at}.seccompProfile.type: Forbidden: seccomp type in annotation and field must match`],
  ],
  [
    'two files',
    pod(`${appArmor}/web`, 'localhost/a', {
      appArmorProfile: { type: 'Localhost', localhostProfile: 'b' },
    }),
    [
      `${at}.appArmorProfile.localhostProfile: Forbidden: apparmor profile in annotation and field must match`,
    ],
  ],
])('a pod that says %s', (_what, template, errors) => {
  expect(texts(validateProfilesMatch(template))).toEqual(errors)
})
