import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  opaqueType,
  stringType,
  timestampType,
  typeType,
  uintType,
} from '#kubernetes/cel/check/types.ts'
import { ArrayList, elements } from '#kubernetes/cel/evaluate/lists.ts'
import { EntryMap } from '#kubernetes/cel/evaluate/maps.ts'
import {
  CelList,
  CelMap,
  Duration,
  fail,
  kindOf,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '#kubernetes/cel/evaluate/values.ts'
import { parseDuration } from '#kubernetes/cel/library/duration-text.ts'
import { parseTimestamp } from '#kubernetes/cel/library/timestamp-text.ts'

/** A value as the specification's test data write it: protobuf as JSON. */
export interface SpecValue {
  nullValue?: null
  boolValue?: boolean
  int64Value?: string
  uint64Value?: string
  doubleValue?: number | string
  stringValue?: string
  bytesValue?: string
  typeValue?: string
  listValue?: { values?: SpecValue[] }
  mapValue?: { entries?: { key: SpecValue; value: SpecValue }[] }
  objectValue?: { '@type': string; value?: unknown }
}

export function valueOfSpec(spec: SpecValue): Value {
  if (spec.boolValue !== undefined) return spec.boolValue
  if (spec.int64Value !== undefined) return BigInt(spec.int64Value)
  if (spec.uint64Value !== undefined) return new Uint(BigInt(spec.uint64Value))
  if (spec.doubleValue !== undefined) return Number(spec.doubleValue)
  if (spec.stringValue !== undefined) return spec.stringValue
  if (spec.bytesValue !== undefined) return Buffer.from(spec.bytesValue, 'base64')
  if (spec.typeValue !== undefined) return new TypeValue(spec.typeValue)
  if (spec.listValue) return new ArrayList((spec.listValue.values ?? []).map(valueOfSpec))
  if (spec.mapValue) {
    const map = new EntryMap()
    for (const { key, value } of spec.mapValue.entries ?? [])
      map.insert(valueOfSpec(key), valueOfSpec(value))
    return map
  }
  return spec.objectValue ? valueOfObject(spec.objectValue) : null
}

function valueOfObject(object: { '@type': string; value?: unknown }): Value {
  const text = String(object.value)
  if (object['@type'].endsWith('google.protobuf.Duration')) return parseDuration(text) ?? null
  if (object['@type'].endsWith('google.protobuf.Timestamp')) return parseTimestamp(text) ?? null
  return fail(`a message of ${object['@type']}`)
}

/** Tells apart what the language tells apart. */
export function describeValue(value: Value): string {
  if (value instanceof CelList) return `[${[...elements(value)].map(describeValue).join(', ')}]`
  if (value instanceof CelMap) {
    const entries = [...value.keys()].map(
      key => `${describeValue(key)}: ${describeValue(value.get(key) ?? null)}`,
    )
    return `{${entries.toSorted().join(', ')}}`
  }
  if (value instanceof Optional)
    return value.value === undefined ? 'none' : `optional ${describeValue(value.value)}`
  if (value instanceof Uint) return `uint ${value.value}`
  if (value instanceof Duration || value instanceof Timestamp)
    return `${kindOf(value)} ${value.nanos}`
  if (value instanceof TypeValue) return `type ${value.name}`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  return `${kindOf(value)} ${Object.is(value, -0) ? '-0' : String(value)}`
}

const primitives: Readonly<Record<string, CelType>> = {
  BOOL: boolType,
  BYTES: bytesType,
  DOUBLE: doubleType,
  INT64: intType,
  STRING: stringType,
  UINT64: uintType,
}

interface SpecType {
  dyn?: object
  null?: null
  primitive?: string
  wellKnown?: string
  listType?: { elemType: object }
  mapType?: { keyType: object; valueType: object }
  type?: object
  messageType?: string
  abstractType?: { name: string; parameterTypes?: object[] }
}

export function typeOfSpec(type: object): CelType {
  const spec = type as SpecType
  if (spec.primitive) return primitives[spec.primitive] ?? dynType
  if (spec.wellKnown === 'DURATION') return durationType
  if (spec.wellKnown === 'TIMESTAMP') return timestampType
  if (spec.listType) return listType(typeOfSpec(spec.listType.elemType))
  if (spec.mapType)
    return mapType(typeOfSpec(spec.mapType.keyType), typeOfSpec(spec.mapType.valueType))
  if (spec.type) return typeType(typeOfSpec(spec.type))
  if (spec.abstractType)
    return opaqueType(
      spec.abstractType.name,
      ...(spec.abstractType.parameterTypes ?? []).map(typeOfSpec),
    )
  return 'null' in spec ? nullType : dynType
}
