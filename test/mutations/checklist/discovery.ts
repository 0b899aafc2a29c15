import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'

/** Sections 1 and 2: discovery, version, OpenAPI. */
export const faults: FaultsByFile = {
  [`${server}/discovery/discovery-routes.ts`]: [
    [
      '1.1.c',
      "parameters.get('as') !== 'APIGroupDiscoveryList'",
      "parameters.get('as') !== 'APIGroupList'",
    ],
    ['1.1.d', ';as=APIGroupDiscoveryList`', '`'],
    ['1.1.f', "createHash('sha256').update(body)", "createHash('sha256').update(version)"],
  ],
  [`${server}/discovery/discovery.ts`]: [
    ['1.1.a', 'singularName: singular', "singularName: ''"],
    ['1.1.b', "namespaced ? 'Namespaced' : 'Cluster'", "namespaced ? 'Cluster' : 'Namespaced'"],
    ['1.1.e', 'of catalog.all()', 'of [...catalog.all()].filter(one => !one.custom)'],
    [
      '1.1.g',
      'preferredVersion: shown[0]',
      'preferredVersion: { ...shown[0], groupVersion: name }',
    ],
    ['1.1.h', 'apiResource(definition),', ''],
  ],
  [`${server}/openapi/open-api-v2.ts`]: [
    ['2.1.a', 'anyOf: _any, ', "anyOf: _any, 'x-kubernetes-patch-merge-key': _key, "],
  ],
  [`${server}/openapi/schemas.ts`]: [
    ['2.1.b', '(field.listType ? {', '(field.listMapKeys ? {'],
    ['2.1.c', 'if (kinds) this', 'if (!kinds) this'],
    ['2.1.d', "{ type: 'integer', format", "{ type: 'number', format"],
  ],
  [`${server}/openapi/kind-schemas.ts`]: [
    ['2.1.e', '{ ...properties, ...common }', '{ ...common }'],
    ['2.1.g', '...schema,', "description: schema['description'],"],
    ['2.1.h', "version, kind].join('.')", "version].join('.')"],
  ],
  [`${server}/openapi/open-api-routes.ts`]: [
    ['2.1.f', '(definition.custom ? {', '(definition.custom?.schema.properties ? {'],
  ],
  [`${server}/catalog.ts`]: [['2.1.i', 'this.#byPath.delete(path)', 'void path']],
  'src-main/control-plane/resources/shared/custom-resource/custom-resource.ts': [
    ['2.1.j', 'version => version.served', 'version => version.name'],
  ],
  [`${server}/version.ts`]: [
    ['1.1.i', "major: '1'", "major: 'one'"],
    ['1.1.j', "minor: '35'", "minor: '34'"],
  ],
}

export const exceptions: Exceptions = {}
