import { expect, test } from 'vitest'
import type { IngressClass } from '#kubernetes/api/networking-v1.ts'
import { ingressClasses } from './ingressclasses.ts'
import { created, failuresOf, updateFailuresOf } from './shared/testing.ts'

const ingressClass = (spec: IngressClass['spec']): IngressClass => ({
  metadata: { name: 'web' },
  spec,
})
const controller = 'example.com/ingress'

test('parameters are of the cluster by default', () => {
  const object = ingressClass({ controller, parameters: { kind: 'Settings', name: 'a' } })
  expect(created(ingressClasses, object).spec.parameters?.scope).toBe('Cluster')
  expect(failuresOf(ingressClasses, object)).toEqual([])
})

test.each<[string, IngressClass['spec'], string[]]>([
  ['no controller', {}, ['spec.controller: Required value']],
  [
    'a controller without a domain',
    { controller: 'nginx' },
    [
      'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
  ],
  [
    'a blank in the path',
    { controller: 'example.com/a b' },
    [
      "spec.controller: Invalid value: \"a b\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
    ],
  ],
  [
    'a long controller',
    { controller: `example.com/${'x'.repeat(240)}` },
    ['spec.controller: Too long: may not be more than 250 bytes'],
  ],
  [
    'parameters of a namespace that is not named',
    { controller, parameters: { kind: 'Settings', name: 'a', scope: 'Namespace' } },
    ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
  ],
  [
    'parameters of the cluster in a namespace',
    { controller, parameters: { kind: 'Settings', name: 'a', namespace: 'b' } },
    ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
  ],
])('%s is refused', (_what, spec, errors) => {
  expect(failuresOf(ingressClasses, ingressClass(spec))).toEqual(errors)
})

test('a class keeps its controller', () => {
  expect(
    updateFailuresOf(ingressClasses, ingressClass({ controller }), object => {
      object.spec.controller = 'example.com/other'
    }),
  ).toEqual(['spec.controller: Invalid value: "example.com/other": field is immutable'])
  expect(
    updateFailuresOf(ingressClasses, ingressClass({ controller }), object => {
      delete object.spec.controller
    }),
  ).toContain('spec.controller: Invalid value: "": field is immutable')
})
