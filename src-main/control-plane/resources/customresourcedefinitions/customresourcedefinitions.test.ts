import { describe, expect, test } from 'vitest'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '#kubernetes/api/apiextensions-v1.ts'
import { created, failuresOf, updateFailuresOf } from '../shared/testing.ts'
import { customResourceDefinitions as kind } from './customresourcedefinitions.ts'

function definition(
  change: (crd: CustomResourceDefinition) => void = () => {},
): CustomResourceDefinition {
  const crd: CustomResourceDefinition = {
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [version('v1', { storage: true })],
    },
  }
  change(crd)
  return crd
}

const version = (
  name: string,
  more: Partial<CustomResourceDefinitionVersion> = {},
): CustomResourceDefinitionVersion => ({
  name,
  served: true,
  storage: false,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...more,
})

const first = (crd: CustomResourceDefinition): CustomResourceDefinitionVersion => {
  const [one] = crd.spec.versions
  if (!one) throw new Error('the definition has no version')
  return one
}

test('a definition gets the names that follow from its kind, and remembers what it stores', () => {
  const { spec, status } = created(kind, definition())
  expect(spec.names).toEqual({
    plural: 'widgets',
    singular: 'widget',
    kind: 'Widget',
    listKind: 'WidgetList',
  })
  expect(spec.conversion).toEqual({ strategy: 'None' })
  expect(status).toEqual({
    conditions: [],
    acceptedNames: { plural: '', kind: '' },
    storedVersions: ['v1'],
  })
  expect(failuresOf(kind, definition())).toEqual([])
})

describe('a definition is refused', () => {
  test.each<[what: string, change: (crd: CustomResourceDefinition) => void, problems: string[]]>([
    [
      'when its name is not made of plural and group',
      crd => (crd.metadata.name = 'gadgets.example.com'),
      [
        'metadata.name: Invalid value: "gadgets.example.com": must be spec.names.plural+"."+spec.group',
      ],
    ],
    [
      'without a dot in its group',
      crd => {
        crd.spec.group = 'example'
        crd.metadata.name = 'widgets.example'
      },
      ['spec.group: Invalid value: "example": should be a domain with at least one dot'],
    ],
    [
      'with another scope',
      crd => (crd.spec.scope = 'Galaxy'),
      ['spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"'],
    ],
    [
      'when kind and listKind are the same',
      crd => (crd.spec.names.listKind = 'Widget'),
      ['spec.names.listKind: Invalid value: "Widget": kind and listKind may not be the same'],
    ],
    [
      'when it keeps unknown fields as a whole',
      crd => (crd.spec.preserveUnknownFields = true),
      [
        'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ],
    ],
    [
      'when its conversion has a webhook without being one',
      crd =>
        (crd.spec.conversion = {
          strategy: 'None',
          webhook: { conversionReviewVersions: ['v1'] },
        }),
      [
        'spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook',
      ],
    ],
    [
      'without a schema',
      crd => delete first(crd).schema,
      ['spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required'],
    ],
    [
      'when a column has no known type',
      crd => {
        first(crd).additionalPrinterColumns = [{ name: 'A', type: 'text', jsonPath: 'spec.a' }]
      },
      [
        'spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
        'spec.versions[0].additionalPrinterColumns[0].jsonPath: Invalid value: "spec.a": must be a simple json path starting with .',
      ],
    ],
    [
      'when scale looks elsewhere than into spec and status',
      crd => {
        first(crd).subresources = {
          scale: { specReplicasPath: '.replicas', statusReplicasPath: '.spec.replicas' },
        }
      },
      [
        'spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".replicas": should be a json path under .spec',
        'spec.versions[0].subresources.scale.statusReplicasPath: Invalid value: ".spec.replicas": should be a json path under .status',
      ],
    ],
  ])('%s', (_what, change, problems) => {
    expect(failuresOf(kind, definition(change))).toEqual(problems)
  })

  test('with two storage versions, or two of a name', () => {
    const two = definition(crd => crd.spec.versions.push(version('v2', { storage: true })))
    expect(failuresOf(kind, two).join()).toContain(
      'must have exactly one version marked as storage version',
    )
    const same = definition(crd => crd.spec.versions.push(version('v1')))
    expect(failuresOf(kind, same).join()).toContain('must contain unique version names')
  })

  test('in a group of Kubernetes’ own, unless it says who approved it', () => {
    const own = (approval?: string) =>
      kind
        .validateCreate?.(
          definition(crd => {
            crd.spec.group = 'apps.k8s.io'
            if (approval) crd.metadata.annotations = { 'api-approved.kubernetes.io': approval }
          }),
        )
        .map(({ field, message }) => `${field}: ${message}`)
    expect(own()).toEqual([
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ])
    expect(own('https://github.com/kubernetes/enhancements/pull/1')).toEqual([])
    expect(own('unapproved, experimental')).toEqual([])
    expect(own('yes')?.[0]).toContain('with either a URL or a reason starting with "unapproved"')
  })
})

describe('a schema is refused', () => {
  const root = 'spec.versions[0].schema.openAPIV3Schema'
  const problemsOf = (schema: JSONSchemaProps) =>
    failuresOf(
      kind,
      definition(crd => {
        first(crd).schema = { openAPIV3Schema: schema }
      }),
    ).map(text => text.replace(root, ''))
  const inSpec = (spec: JSONSchemaProps): JSONSchemaProps => ({
    type: 'object',
    properties: { spec },
  })
  const spec = '.properties[spec]'

  test.each<[what: string, schema: JSONSchemaProps, problems: string[]]>([
    ['without a type at its root', {}, ['.type: Required value: must not be empty at the root']],
    [
      'that is no object',
      { type: 'string' },
      ['.type: Invalid value: "string": must be object at the root'],
    ],
    [
      'with a field without a type',
      inSpec({}),
      [`${spec}.type: Required value: must not be empty for specified object fields`],
    ],
    [
      'with items without a type',
      inSpec({ type: 'array', items: {} }),
      [`${spec}.items.type: Required value: must not be empty for specified array items`],
    ],
    [
      'with a list of nothing',
      inSpec({ type: 'array' }),
      [`${spec}.items: Required value: must be specified`],
    ],
    [
      'with a type that there is not',
      inSpec({ type: 'text' }),
      [
        `${spec}.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
      ],
    ],
    [
      'with a reference',
      inSpec({ type: 'object', $ref: '#/definitions/a' }),
      [`${spec}.$ref: Forbidden: $ref is not supported`],
    ],
    [
      'with unique items',
      inSpec({ type: 'array', items: { type: 'string' }, uniqueItems: true }),
      [
        `${spec}.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
      ],
    ],
    [
      'that is open and closed at once',
      inSpec({
        type: 'object',
        properties: { a: { type: 'string' } },
        additionalProperties: { type: 'string' },
      }),
      [`${spec}: Forbidden: additionalProperties and properties are mutual exclusive`],
    ],
    [
      'that shapes data within a junctor',
      inSpec({ type: 'string', anyOf: [{ type: 'string' }, { minLength: 1 }] }),
      [`${spec}.anyOf[0].type: Forbidden: must be empty to be structural`],
    ],
    [
      'that speaks of a field only within a junctor',
      inSpec({ type: 'object', oneOf: [{ properties: { a: { minimum: 1 } } }] }),
      [
        `${spec}.properties[a]: Required value: because it is defined in ${root}${spec}.oneOf[0].properties[a]`,
      ],
    ],
    [
      'that says more of metadata than its names',
      {
        type: 'object',
        properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } },
      },
      [
        '.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
      ],
    ],
    [
      'with a keyed list without keys',
      inSpec({ type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } }),
      [
        `${spec}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
      ],
    ],
    [
      'with keys that may be absent',
      inSpec({
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', properties: { name: { type: 'string' } } },
      }),
      [
        `${spec}.items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
      ],
    ],
    [
      'with a default that does not fit',
      inSpec({ type: 'integer', maximum: 3, default: 5 }),
      [
        `${spec}.default: Invalid value: 5: ${root}${spec}.default in body should be less than or equal to 3`,
      ],
    ],
    [
      'with a default that has unknown fields',
      inSpec({ type: 'object', properties: {}, default: { a: 1 } }),
      [`${spec}.default: Invalid value: {"a":1}: must not have unknown fields`],
    ],
  ])('%s', (_what, schema, problems) => {
    expect(problemsOf(schema)).toEqual(problems)
  })

  test('not for the two ways of writing int-or-string', () => {
    const anyOf = [{ type: 'integer' }, { type: 'string' }]
    const both = { 'x-kubernetes-int-or-string': true }
    expect(problemsOf(inSpec({ ...both, anyOf }))).toEqual([])
    expect(problemsOf(inSpec({ ...both, allOf: [{ anyOf }, { minimum: 1 }] }))).toEqual([])
  })
})

describe('an update is refused', () => {
  const establish = (crd: CustomResourceDefinition) => {
    crd.status = {
      ...crd.status,
      conditions: [{ type: 'Established', status: 'True' }],
    }
  }
  test('when it changes the group or the plural', () => {
    const problems = updateFailuresOf(kind, definition(), crd => {
      crd.spec.group = 'other.com'
    })
    expect(problems).toContain('spec.group: Invalid value: "other.com": field is immutable')
  })

  test('when it takes out a version that is still stored', () => {
    const problems = updateFailuresOf(kind, definition(), crd => {
      crd.spec.versions = [version('v2', { storage: true })]
    })
    expect(problems).toEqual([
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ])
  })

  test('when it changes the kind or scope of an established one', () => {
    const old = created(kind, definition())
    establish(old)
    const next = structuredClone(old)
    next.spec.scope = 'Cluster'
    next.spec.names.kind = 'Other'
    const texts = kind
      .validateUpdate?.(next, old)
      .map(({ field, message }) => `${field}: ${message}`)
    expect(texts).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Other": field is immutable',
    ])
  })
})
