import { deepEqual, isRecord } from '#kubernetes/json.ts'
import { oldItems } from '../old-items.ts'
import type { Schema } from '../schema.ts'

/**
 * How a value relates to the one before an update: which was at its place, and whether what it is part of changed. What
 * didn't change isn't refused, since the update didn't make it wrong.
 */
export class Correlation {
  /** What was there before; undefined where nothing was, or nothing can be told to be the same. */
  readonly old: unknown
  readonly #value: unknown
  readonly #parent: Correlation | undefined
  readonly #isCorrelated: boolean
  #isUnchanged: boolean | undefined

  private constructor(
    value: unknown,
    old: unknown,
    isCorrelated: boolean,
    parent: Correlation | undefined,
  ) {
    this.#value = value
    this.old = old
    this.#isCorrelated = isCorrelated
    this.#parent = parent
  }

  static root(value: unknown, old: unknown): Correlation {
    return new Correlation(value, old, old !== undefined, undefined)
  }

  /** Whether it, or the nearest thing around it that can be compared, is as it was. */
  get isUnchanged(): boolean {
    if (!this.#isCorrelated) return this.#parent?.isUnchanged ?? false
    this.#isUnchanged ??= this.old !== undefined && deepEqual(this.#value, this.old)
    return this.#isUnchanged
  }

  /** Of a field or of a map's value. */
  member(name: string, value: unknown, schema: Schema): Correlation {
    const isFirst = this.#parent === undefined && (name === 'apiVersion' || name === 'kind')
    if (isFirst) return new Correlation(value, undefined, false, undefined)
    const isKept = this.#isCorrelated && schema['x-kubernetes-map-type'] !== 'atomic'
    const old = isKept && isRecord(this.old) ? this.old[name] : undefined
    return new Correlation(value, old, isKept, this.#isCorrelated ? this : this.#parent)
  }

  /** Of the items of a list: only items with keys can be told again. */
  items(schema: Schema): (item: unknown) => Correlation {
    const find = oldItems(schema, this.old)
    const isKept = this.#isCorrelated && schema['x-kubernetes-list-type'] === 'map'
    const parent = this.#isCorrelated ? this : this.#parent
    return item => new Correlation(item, isKept ? find(item) : undefined, isKept, parent)
  }

  /** Of what a schema beside the main one says of the same value; only what is around it counts. */
  beside(): Correlation {
    return new Correlation(this.#value, this.old, false, this.#parent)
  }
}
