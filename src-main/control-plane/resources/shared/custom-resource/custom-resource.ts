import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from '#kubernetes/api/apiextensions-v1.ts'
import { untypedObject } from '#kubernetes/apply/untyped-object.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import { deepEqual } from '#kubernetes/json.ts'
import { jsonPathText } from '#kubernetes/jsonpath/json-path.ts'
import { apiVersionOf, type KubernetesObject } from '#kubernetes/objects.ts'
import { canonicalize } from '#kubernetes/schema/canonicalize.ts'
import { checkFields } from '#kubernetes/schema/check-fields.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { compareVersions } from '#kubernetes/versions.ts'
import { defineResource, type ResourceDefinition } from '../../define-resource.ts'
import { invalid } from '../field-errors.ts'
import { keepStatus } from '../status.ts'
import { customColumns } from './custom-columns.ts'
import { customScale, validateScale } from './custom-scale.ts'
import { fillDefaults } from './fill-defaults.ts'
import { prune } from './prune.ts'
import { hasRules } from './rules/has-rules.ts'
import { loadRules, ruleEngine } from './rules/lazy-rules.ts'
import type { RuleTree } from './rules/rule-tree.ts'
import type { Schema } from './schema.ts'
import { segmentsOf, valueAt } from './simple-path.ts'
import { typeOfSchema } from './type-of-schema.ts'
import { validateListTypes, validateValue } from './validate-value.ts'

/** The kinds that a CustomResourceDefinition makes: one for each version. */
export interface CustomResources {
  served: ResourceDefinition[]
  /** What objects are stored as; may not be served itself. */
  stored: ResourceDefinition
}

/** Makes kinds of a CustomResourceDefinition whose names were accepted. Throws when no version is stored. */
export function customResources(crd: CustomResourceDefinition): CustomResources {
  const { versions } = crd.spec
  const storage = versions.find(version => version.storage)
  if (!storage) throw new Error(`${crd.metadata.name} has no storage version`)
  const stored = customResource(crd, storage, storage)
  const served = versions
    .filter(version => version.served)
    .map(version => (version === storage ? stored : customResource(crd, version, storage)))
  return { served, stored }
}

/** A schema that allows everything, for a version without one. */
const openSchema: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

function customResource(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  storage: CustomResourceDefinitionVersion,
): ResourceDefinition {
  const { group } = crd.spec
  const names = namesOf(crd)
  const schema = version.schema?.openAPIV3Schema ?? openSchema
  const { status, scale } = version.subresources ?? {}
  const isRuled = hasRules(schema)
  const rules = lazily(() => (isRuled ? ruleEngine.loaded.ruleTree(schema, true) : undefined))
  const validate: ResourceDefinition['validate'] = (object, old, warn) => {
    const errors = validateCustom(object, schema, old).concat(validateScale(object, scale))
    return [...errors, ...ruleErrors(rules(), errors, { object, old, warn })]
  }
  const fresh = (object: KubernetesObject) => {
    const copy = asVersion(group, version, structuredClone(object))
    prune(copy, schema)
    fillDefaults(copy, schema)
    return copy
  }
  return defineResource<KubernetesObject>({
    group,
    version: version.name,
    ...names,
    namespaced: crd.spec.scope === 'Namespaced',
    storagePrefix: `/registry/${group}/${names.plural}`,
    columns: customColumns(version.additionalPrinterColumns),
    selectableFields: selectableFields(version),
    custom: {
      schema,
      type: typeOfSchema(schema, { group, version: version.name, kind: names.kind }),
      checkBody: object => checkBody(object, schema),
      fromStore: fresh,
    },
    ...(crd.metadata.deletionTimestamp ? { terminating: true as const } : {}),
    ...(version.deprecated ? { deprecation: deprecationOf(crd, version) } : {}),
    ...(version === storage ? {} : { storedAs: storedAs(group, storage, fresh) }),
    plainFinalizers: true,
    load: isRuled ? loadRules : loadRegexEngine,
    generation: true,
    changesGeneration: (object, old) => !deepEqual(contentOf(object), contentOf(old)),
    defaults: object => fillDefaults(object, schema),
    prepareForCreate(object) {
      if (status) delete (object as { status?: unknown }).status
    },
    prepareForUpdate(object, old) {
      if (status) keepStatus(object, old)
    },
    validate,
    ...(status
      ? {
          status: {
            prepareForUpdate: keepMetadata,
            resetFields: [['metadata']],
            validateUpdate: validate,
          },
        }
      : {}),
    ...(scale ? { scale: customScale(scale) } : {}),
  })
}

/** The names that the kind goes by, those that were accepted if any were. */
function namesOf({ spec, status }: CustomResourceDefinition) {
  const { kind, plural, singular, shortNames, categories, listKind } =
    status?.acceptedNames ?? spec.names
  return {
    kind,
    plural,
    singular: singular ?? kind.toLowerCase(),
    ...(listKind ? { listKind } : {}),
    ...(shortNames?.length ? { shortNames } : {}),
    ...(categories?.length ? { categories } : {}),
  }
}

const asVersion = (
  group: string,
  { name }: CustomResourceDefinitionVersion,
  object: KubernetesObject,
): KubernetesObject => ({ ...object, apiVersion: apiVersionOf({ group, version: name }) })

/** Conversion `None`: what is stored gets the name of the version that is stored; `fresh` makes it one that is read. */
const storedAs = (
  group: string,
  storage: CustomResourceDefinitionVersion,
  fresh: (object: KubernetesObject) => KubernetesObject,
) => ({
  group,
  version: storage.name,
  sameShape: true as const,
  toStored: (object: KubernetesObject) => asVersion(group, storage, object),
  fromStored: fresh,
})

function validateCustom(
  object: KubernetesObject,
  schema: Schema,
  old: Readonly<KubernetesObject> | undefined,
): FieldError[] {
  const repeats =
    old && validateListTypes(old, schema).length ? [] : validateListTypes(object, schema)
  return [...validateValue(object, schema, { path: '', old }), ...repeats]
}

/** What rules are evaluated on. */
interface Judged {
  object: KubernetesObject
  old: Readonly<KubernetesObject> | undefined
  warn: ((text: string) => void) | undefined
}

/** With these a value may not look as the rules expect it. */
const blocking: readonly FieldError['type'][] = [
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]

function ruleErrors(
  rules: RuleTree | undefined,
  errors: readonly FieldError[],
  { object, old, warn }: Judged,
): FieldError[] {
  if (!rules) return []
  if (errors.some(({ type }) => blocking.includes(type)))
    return [
      invalid(
        '<nil>',
        null,
        'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      ),
    ]
  const found = ruleEngine.loaded.checkRules(rules, object, { old })
  for (const text of found.warnings) warn?.(text)
  return found.errors
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Metadata is as everywhere; the rest is the schema's. */
function checkBody(object: KubernetesObject, schema: Schema) {
  const { typeErrors, unknown } = checkFields(object, untypedObject)
  if (!typeErrors.length) canonicalize(object, untypedObject)
  return { typeErrors, unknown: [...unknown, ...prune(object, schema)] }
}

/** A write of the status changes nothing else: metadata, too, is as it was but for managedFields. */
function keepMetadata(object: KubernetesObject, old: Readonly<KubernetesObject>): void {
  const { managedFields } = object.metadata
  object.metadata = {
    ...structuredClone(old.metadata),
    ...(managedFields ? { managedFields } : {}),
  }
}

function contentOf({ metadata: _, ...content }: Readonly<KubernetesObject>): object {
  return content
}

function selectableFields(
  version: CustomResourceDefinitionVersion,
): Record<string, (object: KubernetesObject) => string> {
  const fields = (version.selectableFields ?? []).map(({ jsonPath }) => segmentsOf(jsonPath))
  return Object.fromEntries(
    fields.map(segments => [
      segments.join('.'),
      (object: KubernetesObject) => jsonPathText(valueAt(object, segments)),
    ]),
  )
}

/** The warning that every request for a deprecated version is answered with. */
function deprecationOf(
  { spec }: CustomResourceDefinition,
  { name, deprecationWarning }: CustomResourceDefinitionVersion,
): string {
  if (deprecationWarning !== undefined) return deprecationWarning
  const { kind } = spec.names
  const [newer] = spec.versions
    .filter(one => one.served && !one.deprecated && compareVersions(one.name, name) < 0)
    .map(one => one.name)
    .sort(compareVersions)
  const hint = newer ? `; use ${spec.group}/${newer} ${kind}` : ''
  return `${spec.group}/${name} ${kind} is deprecated${hint}`
}
