import { expect, test } from 'vitest'
import type { PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { validatePodAnnotations } from './validate-pod-annotations.ts'

const tolerations = 'scheduler.alpha.kubernetes.io/tolerations'
const mirror = 'kubernetes.io/config.mirror'
const cost = 'controller.kubernetes.io/pod-deletion-cost'
const template = (annotations: Record<string, string>, nodeName?: string): PodTemplateSpec => ({
  metadata: { annotations },
  spec: { containers: [{ name: 'main' }], ...(nodeName ? { nodeName } : {}) },
})

test.each<[string, PodTemplateSpec, string[]]>([
  ['no annotation', template({}), []],
  ['empty tolerations', template({ [tolerations]: '' }), []],
  [
    'tolerations',
    template({ [tolerations]: '[{"key":"CriticalAddonsOnly","operator":"Exists"}]' }),
    [],
  ],
  [
    'tolerations that are no JSON',
    template({ [tolerations]: '[{"key":CriticalAddonsOnly}]' }),
    [
      `metadata.annotations: Invalid value: "${tolerations}": invalid character 'C' looking for beginning of value`,
    ],
  ],
  [
    'a toleration that is no list',
    template({ [tolerations]: '{"key":"a"}' }),
    [
      `metadata.annotations: Invalid value: "${tolerations}": json: cannot unmarshal object into Go value of type []v1.Toleration`,
    ],
  ],
  [
    'a toleration for a while of what evicts nobody',
    template({
      [tolerations]:
        '[{"key":"a","effect":"NoSchedule","tolerationSeconds":3,"operator":"Exists"}]',
    }),
    [
      `metadata.annotations.${tolerations}[0].effect: Invalid value: "NoSchedule": effect must be 'NoExecute' when \`tolerationSeconds\` is set`,
    ],
  ],
  [
    'a mirror of no node',
    template({ [mirror]: 'abc' }),
    [
      `metadata.annotations[${mirror}]: Invalid value: "abc": must set spec.nodeName if mirror pod annotation is set`,
    ],
  ],
  ['a mirror of a node', template({ [mirror]: 'abc' }, 'node-1'), []],
  ['a cost', template({ [cost]: '-07' }), []],
  [
    'a cost with a plus',
    template({ [cost]: '+7' }),
    [`metadata.annotations[${cost}]: Invalid value: "+7": must be a 32bit integer`],
  ],
  [
    'a cost that is too high',
    template({ [cost]: '2147483648' }),
    [`metadata.annotations[${cost}]: Invalid value: "2147483648": must be a 32bit integer`],
  ],
])('a pod with %s', (_what, given, problems) => {
  const errors = validatePodAnnotations(given, 'metadata.annotations')
  expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual(problems)
})
