import { valuesEqual } from '../evaluate/equality.ts'
import { ArrayList, elements, JoinedList } from '../evaluate/lists.ts'
import { CelList, CelMap, type Value } from '../evaluate/values.ts'

/** A list whose order says nothing. */
abstract class UnorderedList extends CelList {
  readonly list: CelList

  constructor(list: CelList) {
    super()
    this.list = list
  }

  get size(): number {
    return this.list.size
  }

  at(index: number): Value {
    return this.list.at(index)
  }

  /** What an element of this list is in another one. */
  abstract counterpart(list: CelList, element: Value): Value | undefined

  override equals(other: CelList, same: (a: Value, b: Value) => boolean): boolean {
    return elements(this).every(own => {
      const found = this.counterpart(other, own)
      return found !== undefined && same(own, found)
    })
  }

  /** The elements of another list that this one has none like. */
  protected missing(other: CelList): CelList {
    return new ArrayList(
      [...elements(other)].filter(one => this.counterpart(this, one) === undefined),
    )
  }
}

/** A list whose elements occur once: `+` adds those that it doesn't have. */
export class SetList extends UnorderedList {
  counterpart(list: CelList, element: Value): Value | undefined {
    return elements(list).find(one => valuesEqual(one, element))
  }

  override join(other: CelList): CelList {
    return new SetList(new JoinedList(this.list, this.missing(other)))
  }
}

/** A list whose elements are told apart by some of their fields: `+` replaces those with the same ones. */
export class KeyedList extends UnorderedList {
  readonly #keys: readonly string[]

  constructor(list: CelList, keys: readonly string[]) {
    super(list)
    this.#keys = keys
  }

  counterpart(list: CelList, element: Value): Value | undefined {
    return elements(list).find(one => this.#hasSameKeys(one, element))
  }

  #hasSameKeys(a: Value, b: Value): boolean {
    if (!(a instanceof CelMap) || !(b instanceof CelMap)) return false
    return this.#keys.every(key => valuesEqual(a.get(key) ?? null, b.get(key) ?? null))
  }

  override join(other: CelList): CelList {
    const kept = [...elements(this)].map(own => this.counterpart(other, own) ?? own)
    return new KeyedList(new JoinedList(new ArrayList(kept), this.missing(other)), this.#keys)
  }
}
