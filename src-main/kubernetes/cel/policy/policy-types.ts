import type { JSONSchemaProps } from '../../api/apiextensions-v1.ts'
import { type DeclaredType, declaredType } from '../schema/declared-type.ts'

const text: JSONSchemaProps = { type: 'string' }
const texts: JSONSchemaProps = { type: 'array', items: text }
const textMap: JSONSchemaProps = { type: 'object', additionalProperties: text }
const time: JSONSchemaProps = { type: 'string', format: 'date-time' }
const whole: JSONSchemaProps = { type: 'integer' }
const object = (properties: Record<string, JSONSchemaProps>): JSONSchemaProps => ({
  type: 'object',
  properties,
})

const kind = object({ group: text, version: text, kind: text })
const resource = object({ group: text, version: text, resource: text })

/** What `request` tells of a request. */
const requestSchema = object({
  kind,
  resource,
  subResource: text,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: text,
  name: text,
  namespace: text,
  operation: text,
  userInfo: object({
    username: text,
    uid: text,
    groups: texts,
    extra: { type: 'object', additionalProperties: texts },
  }),
  dryRun: { type: 'boolean' },
})

/** What `namespaceObject` tells of the namespace that an object is in. */
const namespaceSchema = object({
  metadata: object({
    name: text,
    generateName: text,
    namespace: text,
    labels: textMap,
    annotations: textMap,
    UID: text,
    creationTimestamp: time,
    deletionGracePeriodSeconds: whole,
    deletionTimestamp: time,
    generation: whole,
    resourceVersion: text,
    finalizers: texts,
  }),
  spec: object({ finalizers: texts }),
  status: object({ phase: text }),
})

function declare(schema: JSONSchemaProps, name: string): DeclaredType {
  const declared = declaredType(schema, false, { typeName: name, fieldName: field => field })
  if (!declared) throw new Error(`${name} declares nothing`)
  return declared
}

export const requestType = declare(requestSchema, 'kubernetes.AdmissionRequest')
export const namespaceType = declare(namespaceSchema, 'kubernetes.Namespace')
