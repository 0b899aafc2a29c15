import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  SelectableField,
} from '#kubernetes/api/apiextensions-v1.ts'
import { deepEqual } from '#kubernetes/json.ts'
import { checkLabel1035 } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { memberOf, type Schema } from '../shared/custom-resource/schema.ts'
import { segmentsOf } from '../shared/custom-resource/simple-path.ts'
import { duplicate, each, invalid, malformed, required, tooMany } from '../shared/field-errors.ts'
import { CostTotal } from './cost-total.ts'
import { validateDefaults } from './validate-defaults.ts'
import { validateRules } from './validate-rules.ts'
import { validateSchema } from './validate-schema.ts'
import { validateStructure } from './validate-structure.ts'

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const maxSelectableFields = 8

/** What is wrong with a version. A schema that an update leaves as it was is not judged again. */
export function validateVersion(
  version: CustomResourceDefinitionVersion,
  path: string,
  old: CustomResourceDefinitionVersion | undefined,
): FieldError[] {
  const { name, schema, subresources, additionalPrinterColumns, selectableFields } = version
  const root = schema?.openAPIV3Schema
  const schemaPath = `${path}.schema.openAPIV3Schema`
  return [
    ...malformed(`${path}.name`, name, checkLabel1035(name ?? '')),
    ...validateDeprecation(version, path),
    ...(root
      ? deepEqual(root, old?.schema?.openAPIV3Schema)
        ? []
        : validateRoot(root, schemaPath, subresources)
      : [required(schemaPath, 'schemas are required')]),
    ...validateSubresources(subresources, `${path}.subresources`),
    ...each(additionalPrinterColumns, `${path}.additionalPrinterColumns`, validateColumn),
    ...validateSelectable(selectableFields, root, `${path}.selectableFields`),
  ]
}

function validateDeprecation(
  { deprecated, deprecationWarning: text }: CustomResourceDefinitionVersion,
  path: string,
): FieldError[] {
  const at = `${path}.deprecationWarning`
  if (text === undefined) return []
  if (!deprecated) return [invalid(at, text, 'can only be set for deprecated versions')]
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const problem = /[\u0000-\u001f\u007f]/.test(text)
    ? 'must only contain printable UTF-8 characters; non-printable characters found'
    : Buffer.byteLength(text) > 256
      ? 'must be <= 256 characters long'
      : text.trim() === ''
        ? 'must not be empty'
        : undefined
  return problem ? [invalid(at, text, problem)] : []
}

function validateRoot(
  root: Schema,
  path: string,
  subresources: CustomResourceSubresources | undefined,
): FieldError[] {
  const structure = [...validateSchema(root, path), ...validateStructure(root, path)]
  return [
    ...(subresources?.status ? validateStatusRoot(root, path) : []),
    ...structure,
    ...(structure.length ? [] : [...validateDefaults(root, path), ...rulesWithin(root, path)]),
  ]
}

function rulesWithin(root: Schema, path: string): FieldError[] {
  const total = new CostTotal()
  return [...validateRules(root, path, total), ...total.problems(path)]
}

/** Go's names of what the root may say beside a status subresource, as the error lists them. */
const rootFields =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations'
const allowedAtRoot = new Set(
  rootFields
    .split(' ')
    .map(name =>
      name.startsWith('X')
        ? name
            .replace('X', 'x-kubernetes')
            .replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
        : name.replace(/^./, first => first.toLowerCase()),
    ),
)

function validateStatusRoot(root: Schema, path: string): FieldError[] {
  if (Object.keys(root).every(name => allowedAtRoot.has(name))) return []
  return [
    invalid(
      path,
      root,
      `only [${rootFields}] fields are allowed at the root of the schema if the status subresource is enabled`,
    ),
  ]
}

function validateSubresources(
  subresources: CustomResourceSubresources | undefined,
  path: string,
): FieldError[] {
  const scale = subresources?.scale
  if (!scale) return []
  const under = (key: keyof typeof scale, prefixes: string[], isRequired = true) => {
    const at = `${path}.scale.${key}`
    const text = scale[key]
    if (!text) return isRequired ? [required(at)] : []
    const problems = simplePathProblems(at, text)
    if (problems.length || prefixes.some(prefix => text.startsWith(`${prefix}.`))) return problems
    const where = prefixes.length > 1 ? `either ${prefixes.join(' or ')}` : prefixes[0]
    return [invalid(at, text, `should be a json path under ${where}`)]
  }
  return [
    ...under('specReplicasPath', ['.spec']),
    ...under('statusReplicasPath', ['.status']),
    ...under('labelSelectorPath', ['.spec', '.status'], false),
  ]
}

function validateColumn(column: CustomResourceColumnDefinition, path: string): FieldError[] {
  const { name, type, format, jsonPath } = column
  const types = `must be one of ${columnTypes.join(',')}`
  return [
    ...(name ? [] : [required(`${path}.name`)]),
    ...(type
      ? columnTypes.includes(type)
        ? []
        : [invalid(`${path}.type`, type, types)]
      : [required(`${path}.type`, types)]),
    ...(format && !columnFormats.includes(format)
      ? [invalid(`${path}.format`, format, `must be one of ${columnFormats.join(',')}`)]
      : []),
    ...(jsonPath
      ? simplePathProblems(`${path}.jsonPath`, jsonPath)
      : [required(`${path}.JSONPath`)]),
  ]
}

/** Paths that kubectl's dialect reads as one path; columns may have filters and indices, scale may not. */
function simplePathProblems(at: string, text: string): FieldError[] {
  return text.startsWith('.')
    ? []
    : [invalid(at, text, 'must be a simple json path starting with .')]
}

function validateSelectable(
  fields: readonly SelectableField[] | undefined,
  schema: Schema | undefined,
  path: string,
): FieldError[] {
  if (!fields?.length) return []
  if (!schema)
    return [
      invalid(
        path,
        fields,
        'may only be set when `version.schema.openAPIV3Schema` is not included',
      ),
    ]
  const paths = fields.map(({ jsonPath }) => jsonPath)
  return [
    ...each(fields, path, ({ jsonPath }, at, index) => {
      const field = `${at}.jsonPath`
      if (!jsonPath) return [required(field)]
      if (paths.indexOf(jsonPath) < index) return [duplicate(field, jsonPath)]
      return validateSelectablePath(jsonPath, schema, field)
    }),
    ...(fields.length > maxSelectableFields
      ? [tooMany(path, fields.length, maxSelectableFields)]
      : []),
  ]
}

function validateSelectablePath(jsonPath: string, schema: Schema, field: string): FieldError[] {
  const segments = segmentsOf(jsonPath)
  if (segments[0] === 'metadata')
    return [invalid(field, jsonPath, 'must not point to fields in metadata')]
  let at: Schema | undefined = schema
  for (const segment of segments) at = at && memberOf(at, segment)
  if (!at) return [invalid(field, jsonPath, `is an invalid path: does not refer to a valid field`)]
  if (['string', 'boolean', 'integer'].includes(at.type ?? '')) return []
  return [
    invalid(
      field,
      jsonPath,
      'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
    ),
  ]
}
