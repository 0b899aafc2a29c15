/** What is known of a struct of the API: its fields, and how they are merged, owned, encoded and documented. */
export interface TypeSchema {
  /** `DeploymentSpec`. */
  readonly name: string
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  /** The name in OpenAPI documents: `io.k8s.api.apps.v1.DeploymentSpec`. */
  readonly openApiName: string
  /** Whether it carries `apiVersion` and `kind`. */
  readonly isObject: boolean
  /** Whether server-side apply owns the struct as a whole. A field's own `struct` wins over it. */
  readonly atomic: boolean
  /** By JSON name, in the order of declaration; the fields of embedded structs are among them. */
  readonly fields: ReadonlyMap<string, FieldSchema>
  /** The struct's own fields as protobuf sees them: embedded structs are messages with a number. */
  readonly members: readonly FieldSchema[]
  /** Present for structs that keep fields they don't know (custom resources); false by default. */
  readonly keepsUnknownFields?: boolean
  /** Present for structs in which a null is a value of its own (custom resources); false by default. */
  readonly keepsNulls?: boolean
}

/** One field of a struct. */
export interface FieldSchema {
  /** JSON name; empty for an embedded struct, whose fields lie in the parent. */
  readonly name: string
  readonly type: FieldType
  /** Whether OpenAPI lists it as required. */
  readonly required: boolean
  /** Left out of JSON when it has the zero value. */
  readonly omitEmpty: boolean
  /** Whether absent and zero differ. */
  readonly pointer: boolean
  /** How server-side apply owns a list; lists without one are atomic. */
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly listMapKeys?: readonly string[]
  /** How server-side apply owns a map or struct. Granular unless given here or on the type. */
  readonly structType?: 'granular' | 'atomic'
  /** Strategic merge patch: absent means maps merge and lists are replaced. */
  readonly patchStrategy?: readonly ('merge' | 'retainKeys' | 'replace')[]
  readonly patchMergeKey?: string
  /** Protobuf field number; undefined for what protobuf doesn't carry. */
  readonly protobuf?: number
  /** Allowed values of the innermost strings, where the type is a closed set. */
  readonly enum?: readonly string[]
  /** Default in OpenAPI, which server-side apply takes for absent keys of list items. */
  readonly default?: unknown
}

/** How server-side apply owns the items of a list or the values of a map, where a schema says so (custom resources). */
export type Owned = Pick<FieldSchema, 'listType' | 'listMapKeys' | 'structType'>

export type FieldType =
  | ScalarFieldType
  | { readonly kind: 'object'; readonly type: TypeSchema }
  | {
      readonly kind: 'array'
      readonly items: FieldType
      readonly owned?: Owned
      /** Protobuf wraps the list in a message of its own (`ExtraValue`, `Verbs`). */
      readonly wrapped?: boolean
      /** Go's name of a named list type, as its errors show it. */
      readonly goName?: string
    }
  | {
      readonly kind: 'map'
      readonly values: FieldType
      readonly owned?: Owned
    }
  /** `JSONSchemaProps` or else a boolean, a list of them, or a list of strings. */
  | {
      readonly kind: 'schemaOr'
      readonly type: TypeSchema
      readonly other: 'bool' | 'array' | 'strings'
    }

export interface ScalarFieldType {
  readonly kind:
    | 'string'
    | 'integer'
    | 'number'
    | 'boolean'
    | 'quantity'
    | 'time'
    | 'microTime'
    | 'bytes'
    | 'intOrString'
    /** An embedded object of any kind. */
    | 'raw'
    | 'fieldsV1'
    /** Any JSON value. */
    | 'any'
  /** Go's name of the type, as its decoding errors show it: `int32`, `v1.PullPolicy`. */
  readonly goName: string
}
