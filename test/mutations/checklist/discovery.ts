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
  ],
}

export const exceptions: Exceptions = {}
