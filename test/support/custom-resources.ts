import { expect } from 'vitest'
import type {
  CustomResourceDefinition,
  CustomResourceValidation,
  JSONSchemaProps,
} from '#kubernetes/api/apiextensions-v1.ts'
import { eventually } from './eventually.ts'
import { type HttpAnswer, http } from './http.ts'
import type { TestCluster } from './start-cluster.ts'

/** Where definitions are. */
export const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** A small definition in a group of its own; `change` makes it what the test needs. */
export function definition(
  plural: string,
  change: (crd: CustomResourceDefinition) => void = () => {},
): CustomResourceDefinition {
  const kind = plural.replace(/^./, first => first.toUpperCase()).replace(/s$/, '')
  const crd: CustomResourceDefinition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.test.example.com` },
    spec: {
      group: 'test.example.com',
      scope: 'Cluster',
      names: { plural, kind },
      versions: [onlyVersion({})],
    },
  }
  change(crd)
  return crd
}

/** A version that is served and stored, with these properties in its `spec`. */
export const onlyVersion = (properties: Record<string, JSONSchemaProps>) => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: schemaOf(properties),
})

/** A schema whose `spec` has these properties. */
export const schemaOf = (
  properties: Record<string, JSONSchemaProps>,
): CustomResourceValidation => ({
  openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } },
})

/** Where the objects of such a definition are. */
export const at = (plural: string, version = 'v1') => `/apis/test.example.com/${version}/${plural}`

/** An object of such a definition. */
export const thing = (plural: string, name: string, spec: object, version = 'v1') => ({
  apiVersion: `test.example.com/${version}`,
  kind: definition(plural).spec.names.kind,
  metadata: { name },
  spec,
})

export const conditionOf = (crd: CustomResourceDefinition, type: string) =>
  crd.status?.conditions?.find(one => one.type === type)

/** Speaks with a cluster about definitions and their objects, over its wire. */
export class CustomResourceClient {
  readonly #cluster: TestCluster

  constructor(cluster: TestCluster) {
    this.#cluster = cluster
  }

  send(
    method: string,
    target: string,
    body?: unknown,
    contentType = 'application/json',
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    return http(this.#cluster.controlPlane, method, target, {
      headers: { 'content-type': contentType, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  get(target: string, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return this.send('GET', target, undefined, 'application/json', headers)
  }

  merge(target: string, body: unknown): Promise<HttpAnswer> {
    return this.send('PATCH', target, body, 'application/merge-patch+json')
  }

  /** Creates a definition and waits until it is served. */
  async define(crd: CustomResourceDefinition): Promise<void> {
    const answer = await this.send('POST', crds, crd)
    expect(answer.status, answer.text).toBe(201)
    await this.established(crd.metadata.name ?? '')
  }

  established(name: string): Promise<void> {
    return eventually(async () => {
      const { json } = await this.get(`${crds}/${name}`)
      expect(conditionOf(json, 'Established')?.status).toBe('True')
    })
  }
}
