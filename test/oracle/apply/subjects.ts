import { fillDefaults } from '#control-plane/resources/shared/custom-resource/fill-defaults.ts'
import type { JSONSchemaProps } from '#kubernetes/api/apiextensions-v1.ts'
import { builtIn, custom, type Subject, untyped } from './subject.ts'

const text: JSONSchemaProps = { type: 'string' }
const whole: JSONSchemaProps = { type: 'integer' }
const object = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}) => ({
  type: 'object',
  properties,
  ...more,
})
const mapOf = (values: JSONSchemaProps, mapType?: 'atomic'): JSONSchemaProps => ({
  type: 'object',
  additionalProperties: values,
  ...(mapType ? { 'x-kubernetes-map-type': mapType } : {}),
})
const listOf = (items: JSONSchemaProps, listType?: 'atomic' | 'set'): JSONSchemaProps => ({
  type: 'array',
  items,
  ...(listType ? { 'x-kubernetes-list-type': listType } : {}),
})
const keyed = (keys: string[], properties: Record<string, JSONSchemaProps>): JSONSchemaProps => ({
  ...listOf(
    object(properties, { required: keys.filter(key => properties[key]?.default === undefined) }),
  ),
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
})
const open: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const name = { ...text }
const port = { 'x-kubernetes-int-or-string': true }
const protocol = { ...text, default: 'TCP' }

/** Every way in which a schema can say how a field is owned. */
const flat = object({
  spec: object({
    replicas: whole,
    note: { ...text, nullable: true },
    port,
    plain: listOf(text),
    atomic: listOf(text, 'atomic'),
    set: listOf(text, 'set'),
    numbers: listOf(whole, 'set'),
    rows: keyed(['name'], { name, value: text, inner: listOf(text, 'set') }),
    ports: keyed(['port', 'protocol'], { port: whole, protocol, title: text }),
    labels: mapOf(text),
    whole: mapOf(text, 'atomic'),
    block: object({ a: text, b: text }, { 'x-kubernetes-map-type': 'atomic' }),
    free: open,
  }),
})

/** What is owned one by one within what is. */
const nested = object({
  spec: object({
    groups: keyed(['name'], {
      name,
      size: whole,
      members: keyed(['id', 'protocol'], {
        id: whole,
        protocol,
        tags: listOf(text, 'set'),
        place: object({ a: text, deep: mapOf(object({ a: text, b: whole })) }),
      }),
    }),
    maps: mapOf(mapOf(listOf(text, 'set'))),
    lists: mapOf(keyed(['name'], { name, value: whole, block: mapOf(text, 'atomic') })),
    mixed: object(
      { a: text, b: object({ c: text }) },
      {
        'x-kubernetes-preserve-unknown-fields': true,
      },
    ),
    atomic: listOf(keyed(['name'], { name, value: text }), 'atomic'),
    embedded: { ...open, 'x-kubernetes-embedded-resource': true },
    anything: { 'x-kubernetes-preserve-unknown-fields': true },
  }),
})

/** Without a default, which the API server writes into objects and the library knows of keys alone. */
export const servedSchema: JSONSchemaProps = object({
  spec: object({
    replicas: whole,
    note: { ...text, nullable: true },
    atomic: listOf(text, 'atomic'),
    set: listOf(text, 'set'),
    rows: keyed(['name', 'id'], { name, id: whole, value: text, inner: listOf(text, 'set') }),
    sets: mapOf(listOf(text, 'set')),
    labels: mapOf(text),
    struct: object({ a: text, b: object({ c: text, d: whole }) }),
    block: object({ a: text, b: text }, { 'x-kubernetes-map-type': 'atomic' }),
    free: open,
  }),
})

/** The custom resource that is written over HTTP. */
export const served = (): Subject => ({
  ...custom('Served', servedSchema),
  leftOut: ['finalizers', 'ownerReferences', 'deletionGracePeriodSeconds'],
  complete: object => fillDefaults(object, servedSchema),
})

/** The kinds that are written: those whose lists, maps and structs are owned in every way there is. */
export const subjects = (): readonly Subject[] => [
  builtIn('v1', 'ConfigMap'),
  builtIn('v1', 'Pod'),
  builtIn('v1', 'Service'),
  builtIn('v1', 'Node'),
  { ...builtIn('apps/v1', 'Deployment'), resetFields: [['status']] },
  builtIn('apps/v1', 'ControllerRevision'),
  builtIn('networking.k8s.io/v1', 'Ingress'),
  builtIn('autoscaling/v2', 'HorizontalPodAutoscaler'),
  builtIn('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
  builtIn('resource.k8s.io/v1', 'ResourceClaim'),
  custom('Flat', flat),
  custom('Nested', nested),
  untyped(),
]
