import { CelList, type Value } from './values.ts'

/** A list whose elements are there. */
export class ArrayList extends CelList {
  readonly #values: readonly Value[]

  constructor(values: readonly Value[]) {
    super()
    this.#values = values
  }

  get size(): number {
    return this.#values.length
  }

  at(index: number): Value {
    return this.#values[index] ?? null
  }
}

/** A list that a macro gathers; nobody else sees it before it is complete. */
export class GrowingList extends CelList {
  readonly #values: Value[] = []

  get size(): number {
    return this.#values.length
  }

  at(index: number): Value {
    return this.#values[index] ?? null
  }

  push(value: Value): void {
    this.#values.push(value)
  }
}

/** Two lists, one behind the other; made in no time however long they are. */
export class JoinedList extends CelList {
  readonly #first: CelList
  readonly #second: CelList

  constructor(first: CelList, second: CelList) {
    super()
    this.#first = first
    this.#second = second
  }

  get size(): number {
    return this.#first.size + this.#second.size
  }

  at(index: number): Value {
    const { size } = this.#first
    return index < size ? this.#first.at(index) : this.#second.at(index - size)
  }
}

/** A list over something else, whose elements are made once, when they are asked for. */
export class LazyList extends CelList {
  readonly size: number
  readonly #make: (index: number) => Value
  readonly #made: Value[] = []

  constructor(size: number, make: (index: number) => Value) {
    super()
    this.size = size
    this.#make = make
  }

  at(index: number): Value {
    const made = this.#made[index]
    if (made !== undefined) return made
    const value = this.#make(index)
    this.#made[index] = value
    return value
  }
}

export function* elements(list: CelList): Generator<Value> {
  for (let index = 0; index < list.size; index++) yield list.at(index)
}
