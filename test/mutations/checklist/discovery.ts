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
    ['1.1.d 1.1.q', ';as=APIGroupDiscoveryList`', '`'],
    ['1.1.f', "createHash('sha256').update(body)", "createHash('sha256').update(version)"],
    ['1.1.k', "versions: ['v1']", "versions: ['v2']"],
    ['1.1.n', '?.versions.find(({ name }) => name === version)', '?.versions[0]'],
    ['1.1.r', "version === 'v2' || version === 'v2beta1'", "version === 'v2'"],
    ['1.1.s', "if (type !== 'application/json')", "if (parameters.has('profile'))"],
    ['1.1.u', 'status: 304', 'status: 200'],
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
    ['1.1.l', '.sort(([a], [b]) => compareGroups(a, b))', ''],
    ['1.1.m', '.sort(([a], [b]) => compareVersions(a, b))', ''],
    ['1.1.o', 'name: `${definition.plural}/${name}`', 'name'],
    ['1.1.p', 'definition.virtual ? {} : ', ''],
    ['1.1.t', "freshness: 'Current'", "freshness: 'Stale'"],
  ],
  [`${server}/openapi/open-api-v2.ts`]: [
    ['2.1.a', 'anyOf: _any, ', "anyOf: _any, 'x-kubernetes-patch-merge-key': _key, "],
    ['2.1.l', 'default: _default, ', ''],
  ],
  [`${server}/openapi/schemas.ts`]: [
    ['2.1.b', '(field.listType ? {', '(field.listMapKeys ? {'],
    ['2.1.c', 'if (kinds) this', 'if (!kinds) this'],
    ['2.1.d', "{ type: 'integer', format", "{ type: 'number', format"],
    ['2.1.k', 'value === undefined ? {} : { default: value }', '{}'],
    ['2.1.n', '`#/components/schemas/${name}`', '`#/components/schemas/${name}s`'],
  ],
  [`${server}/openapi/kind-schemas.ts`]: [
    ['2.1.e', '{ ...properties, ...common }', '{ ...common }'],
    ['2.1.g', '...schema,', "description: schema['description'],"],
    ['2.1.h', "version, kind].join('.')", "version].join('.')"],
  ],
  [`${server}/openapi/registered-versions.ts`]: [
    ['2.1.p', "versions.split(' ').map(", "versions.split(' ').slice(0, 1).map("],
  ],
  [`${server}/openapi/open-api-routes.ts`]: [
    ['2.1.f', '(definition.custom ? {', '(definition.custom?.schema.properties ? {'],
    [
      '2.3.a',
      "['application/json', 'application/*', '*/*'].includes(type)",
      "type === 'application/json'",
    ],
    ['2.3.b', 'type === asked || type === answered', 'type === asked'],
    ['2.3.e', "textReply('', 406)", "textReply('', 200)"],
    ['2.3.f', "headers['content-encoding'] = 'gzip'", "headers['content-encoding'] = 'br'"],
    ['2.3.g', 'status: 304', 'status: 200'],
    ['2.3.h', "'public, immutable, max-age=31536000'", "'no-cache'"],
    ['2.3.i', "request.query.get('hash') === document.hash", 'document.hash'],
    ['2.3.j', "textReply('', 301)", "textReply('', 404)"],
  ],
  [`${server}/catalog.ts`]: [['2.1.i', 'this.#byPath.delete(path)', 'void path']],
  'src-main/control-plane/resources/shared/custom-resource/custom-resource.ts': [
    ['2.1.j 2.1.o', 'version => version.served', 'version => version.name'],
  ],
  [`${server}/openapi/open-api-v3.ts`]: [['2.3.k', ', ...serverDocuments]', ']']],
  [`${server}/openapi/parameters.ts`]: [['2.1.m', '...(description && { description }),', '']],
  [`${server}/openapi/operations.ts`]: [
    ['2.2.h', "parameters: options('PatchOptions')", 'parameters: []'],
    ['2.2.a 2.2.b', "['delete', 'Collection']", "['delete', 'All']"],
    ['2.2.c', 'codes(200, 201, 202)', 'codes(200, 201)'],
    ['2.2.d', "capital(subresource ?? '')", "''"],
    [
      '2.2.f',
      "...(isCustom ? [] : ['application/strategic-merge-patch+json'])",
      "'application/strategic-merge-patch+json'",
    ],
  ],
  [`${server}/openapi/shared-parameters.ts`]: [['2.2.e', "name === 'dryRun' || ", '']],
  [`${server}/openapi/gnostic-v2.ts`]: [['2.3.c 2.3.d', 'definitions: [9', 'definitions: [10']],
  [`${server}/non-resource-routes.ts`]: [['1.2.b', ', ...below]', ']']],
  [`${server}/authorization/rbac-authorizer.ts`]: [
    [
      '1.2.c 1.2.d',
      'some(url => pathMatches(url, wanted.path))',
      'some(url => pathMatches(url, wanted.path.slice(1)))',
    ],
    [
      '1.2.e',
      'if (!wanted.isResource)\n    return ',
      'if (!wanted.isResource)\n    return true || ',
    ],
  ],
  [`${server}/version.ts`]: [
    ['1.2.a', "emulationMinor: '35',", ''],
    ['1.1.i', "major: '1'", "major: 'one'"],
    ['1.1.j', "minor: '35'", "minor: '34'"],
  ],
}

export const exceptions: Exceptions = {}
