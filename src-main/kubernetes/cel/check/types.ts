export type TypeKind =
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'param'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint'

/** A type of the language. */
export interface CelType {
  readonly kind: TypeKind
  /** As it is written: `int`, `list`, `kubernetes.Quantity`. */
  readonly name: string
  /** Of a list its elements, of a map its keys and values, of an optional its value. */
  readonly parameters: readonly CelType[]
  /** Of a struct: its fields, under the names that expressions use. */
  readonly fields?: ReadonlyMap<string, CelType>
}

const simple = (kind: TypeKind, name: string = kind): CelType => ({ kind, name, parameters: [] })

export const boolType = simple('bool')
export const bytesType = simple('bytes')
export const doubleType = simple('double')
export const durationType = simple('duration', 'google.protobuf.Duration')
export const dynType = simple('dyn')
/** Of what was already found to be wrong; fits everything, so that one mistake is told once. */
export const errorType = simple('error', '!error!')
export const intType = simple('int')
export const nullType = simple('null', 'null_type')
export const stringType = simple('string')
export const timestampType = simple('timestamp', 'google.protobuf.Timestamp')
export const uintType = simple('uint')

export const listType = (element: CelType): CelType => ({
  kind: 'list',
  name: 'list',
  parameters: [element],
})

export const mapType = (key: CelType, value: CelType): CelType => ({
  kind: 'map',
  name: 'map',
  parameters: [key, value],
})

export const typeType = (of?: CelType): CelType => ({
  kind: 'type',
  name: 'type',
  parameters: of ? [of] : [],
})

export const opaqueType = (name: string, ...parameters: CelType[]): CelType => ({
  kind: 'opaque',
  name,
  parameters,
})

export const optionalType = (of: CelType): CelType => opaqueType('optional_type', of)

/** A type that is yet to be found, such as that of an empty list's elements. */
export const paramType = (name: string): CelType => simple('param', name)

export const isOptional = (type: CelType): boolean =>
  type.kind === 'opaque' && type.name === 'optional_type'

export const isDyn = ({ kind }: CelType): boolean => kind === 'dyn' || kind === 'error'

/** The first parameter: what a list holds, what an optional may hold. */
export const elementOf = ({ parameters: [element = dynType] }: CelType): CelType => element

/** A type as errors name it: `list(map(string, int))`. */
export function typeText(type: CelType): string {
  switch (type.kind) {
    case 'null':
      return 'null'
    case 'duration':
    case 'timestamp':
      return type.kind
    default: {
      const { name, parameters } = type
      return parameters.length ? `${name}(${parameters.map(typeText).join(', ')})` : name
    }
  }
}

/** Equal in every part. */
export function sameType(a: CelType, b: CelType): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.name === b.name &&
      a.parameters.length === b.parameters.length &&
      a.parameters.every((one, index) => {
        const other = b.parameters[index]
        return other !== undefined && sameType(one, other)
      }))
  )
}
