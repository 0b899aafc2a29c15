import type { JSONSchemaProps } from '#kubernetes/api/apiextensions-v1.ts'

/** A schema of a custom resource: the part of OpenAPI v3 that a CustomResourceDefinition may use. */
export type Schema = JSONSchemaProps

/** The schema of a list's items; absent where it is none or several. */
export const itemsOf = ({ items }: Schema): Schema | undefined =>
  Array.isArray(items) ? undefined : items

/** The schema of the values of an open object; absent where it is closed or open to anything. */
export const valuesOf = ({ additionalProperties }: Schema): Schema | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined

/** The schema of a member: its own, or that of all others. */
export const memberOf = (schema: Schema, name: string): Schema | undefined =>
  (Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined) ??
  valuesOf(schema)

/** Whether apiVersion, kind and metadata belong to an object, which the schema doesn't describe. */
export const isResource = (schema: Schema, isRoot: boolean): boolean =>
  isRoot || schema['x-kubernetes-embedded-resource'] === true

/** The members that every resource has, whatever its schema says. */
export const resourceFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])
