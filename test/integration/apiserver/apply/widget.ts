import type { CustomResourceDefinition, JSONSchemaProps } from '#kubernetes/api/apiextensions-v1.ts'
import { definition } from '../../../support/custom-resources.ts'

const text: JSONSchemaProps = { type: 'string' }
const whole: JSONSchemaProps = { type: 'integer' }
const texts = (type?: string): JSONSchemaProps => ({
  type: 'array',
  items: text,
  ...(type ? { 'x-kubernetes-list-type': type } : {}),
})

const keyed = (keys: string[], properties: Record<string, JSONSchemaProps>): JSONSchemaProps => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
  items: { type: 'object', required: keys.slice(0, 1), properties },
})

const pair: Record<string, JSONSchemaProps> = { a: text, b: text }
const ofText: JSONSchemaProps = { type: 'object', additionalProperties: text }

/** Every way in which a schema can say how a field is owned. */
const properties: Record<string, JSONSchemaProps> = {
  replicas: whole,
  size: { type: 'string', default: 'small' },
  note: { type: 'string', nullable: true },
  port: { 'x-kubernetes-int-or-string': true },
  plain: texts(),
  atomic: texts('atomic'),
  set: texts('set'),
  numbers: { type: 'array', 'x-kubernetes-list-type': 'set', items: whole },
  rows: keyed(['name'], { name: text, value: text, other: text, inner: texts('set') }),
  ports: keyed(['port', 'protocol'], {
    port: whole,
    protocol: { type: 'string', default: 'TCP' },
    title: text,
  }),
  places: keyed(['zone', 'area'], { zone: text, area: { ...text, default: 'a' } }),
  labels: ofText,
  whole: { ...ofText, 'x-kubernetes-map-type': 'atomic' },
  struct: { type: 'object', nullable: true, properties: pair },
  block: { type: 'object', properties: pair, 'x-kubernetes-map-type': 'atomic' },
  sets: { type: 'object', additionalProperties: texts('set') },
  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
}

/** The definition of the custom resource that cases are about: two versions of the same shape, status and scale. */
export const widgets = (): CustomResourceDefinition =>
  definition('widgets', crd => {
    const schema = {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          spec: { type: 'object', properties },
          status: {
            type: 'object',
            properties: {
              replicas: whole,
              phase: text,
              conditions: keyed(['type'], { type: text, status: text }),
            },
          },
        },
      },
    }
    const subresources = {
      status: {},
      scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
    }
    crd.spec.scope = 'Namespaced'
    crd.spec.versions = [
      { name: 'v1', served: true, storage: true, schema, subresources },
      { name: 'v2', served: true, storage: false, schema, subresources },
    ]
  })
