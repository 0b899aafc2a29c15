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
  [`${server}/version.ts`]: [
    ['1.1.i', "major: '1'", "major: 'one'"],
    ['1.1.j', "minor: '35'", "minor: '34'"],
  ],
}

export const exceptions: Exceptions = {}
