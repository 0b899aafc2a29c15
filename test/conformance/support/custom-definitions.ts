import {
  ApiextensionsV1Api,
  type V1CustomResourceDefinition,
  type V1CustomResourceDefinitionVersion,
  type V1JSONSchemaProps,
} from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import type { ConformanceContext } from './context.ts'
import { GenericResource } from './generic-resource.ts'

/** A definition of which all is known that a test must name. */
export type CustomDefinition = V1CustomResourceDefinition & { metadata: { name: string } }

/** A schema that takes whatever it is given. */
export const anything: V1JSONSchemaProps = {
  type: 'object',
  x_kubernetes_preserve_unknown_fields: true,
}

/** A version that is served and stored. */
export const version = (
  name: string,
  schema: V1JSONSchemaProps = anything,
  rest: Partial<V1CustomResourceDefinitionVersion> = {},
): V1CustomResourceDefinitionVersion => ({
  name,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  ...rest,
})

/** The definition of namespaced `Crd`s in a group that no other test uses; of one version that takes anything unless told. */
export function customDefinition(
  { uniqueName }: ConformanceContext,
  stem: string,
  { versions = [version('v1')], kind = 'Crd' } = {},
): CustomDefinition {
  const group = `${uniqueName(stem)}.example.com`
  const singular = kind.toLowerCase()
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List` },
      versions,
    },
  }
}

/** Creates a definition, waits until its objects can be listed, and deletes it when the test ends. */
export async function establish(
  context: ConformanceContext,
  definition: CustomDefinition,
): Promise<GenericResource> {
  const extensions = context.api(ApiextensionsV1Api)
  const { name } = definition.metadata
  context.defer(() => extensions.deleteCustomResourceDefinition({ name }))
  await extensions.createCustomResourceDefinition({ body: definition })
  await eventually(async () => {
    const { status } = await extensions.readCustomResourceDefinition({ name })
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Established', status: 'True' }),
    )
  })
  const resource = customResource(context, definition)
  await eventually(() => resource.list())
  return resource
}

/** The objects of a definition, in one of its versions: the first unless told. */
export function customResource(
  context: ConformanceContext,
  { spec }: CustomDefinition,
  version = spec.versions[0]?.name ?? '',
): GenericResource {
  const { plural, kind } = spec.names
  const namespaced = spec.scope === 'Namespaced'
  return new GenericResource(context, { group: spec.group, version, plural, kind, namespaced })
}

/** Reads a definition, changes it and writes it back, again when another writer came between. */
export function changeDefinition(
  { api }: ConformanceContext,
  name: string,
  change: (definition: V1CustomResourceDefinition) => void,
): Promise<V1CustomResourceDefinition> {
  const extensions = api(ApiextensionsV1Api)
  return eventually(async () => {
    const body = await extensions.readCustomResourceDefinition({ name })
    change(body)
    return extensions.replaceCustomResourceDefinition({ name, body })
  })
}
