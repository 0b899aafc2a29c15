import { isRecord } from '../json.ts'
import { compareElements, isPathElement, type PathElement } from './path-element.ts'

/** A set of paths, as a tree. Sets that were handed out are not changed any more, except by `insert`. */
export class FieldSet {
  /** The paths that end here. */
  readonly members = new Set<PathElement>()
  /** What lies below, which is never empty; a child may be a member as well. */
  readonly children = new Map<PathElement, FieldSet>()

  /** Reads the tree of a `fieldsV1`; throws on what is none. */
  static parse(fields: unknown): FieldSet {
    const set = new FieldSet()
    if (!isRecord(fields)) throw new Error('fieldsV1 is no object')
    for (const [element, below] of Object.entries(fields)) {
      if (element === '.') continue
      if (!isPathElement(element)) throw new Error(`fieldsV1 has no ${JSON.stringify(element)}`)
      if (!isRecord(below)) throw new Error(`fieldsV1 at ${JSON.stringify(element)} is no object`)
      const keys = Object.keys(below)
      if (!keys.length || '.' in below) set.members.add(element)
      if (keys.some(key => key !== '.')) set.children.set(element, FieldSet.parse(below))
    }
    return set
  }

  static of(paths: Iterable<readonly PathElement[]>): FieldSet {
    const set = new FieldSet()
    for (const path of paths) set.insert(path)
    return set
  }

  /** The tree as `fieldsV1` has it: `{"f:spec":{"f:replicas":{}}}`. */
  toFields(): Record<string, unknown> {
    return this.#fieldsInto({})
  }

  #fieldsInto(fields: Record<string, unknown>): Record<string, unknown> {
    const elements = [...this.members]
    for (const element of this.children.keys())
      if (!this.members.has(element)) elements.push(element)
    if (elements.length > 1) elements.sort(compareElements)
    for (const element of elements) {
      const child = this.children.get(element)
      fields[element] = child ? child.#fieldsInto(this.members.has(element) ? { '.': {} } : {}) : {}
    }
    return fields
  }

  /** Adds a path and what lies below it; the empty path is the set itself and takes nothing. */
  insert(path: readonly PathElement[], below?: FieldSet, from = 0): void {
    const element = path[from]
    if (element === undefined) return
    if (from === path.length - 1) {
      this.add(element, below)
      return
    }
    let child = this.children.get(element)
    if (!child) {
      child = new FieldSet()
      this.children.set(element, child)
    }
    child.insert(path, below, from + 1)
  }

  /** Adds a path of one element and what lies below it. */
  add(element: PathElement, below?: FieldSet): void {
    this.members.add(element)
    if (below && !below.isEmpty) this.children.set(element, below)
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.children.size === 0
  }

  has(path: readonly PathElement[]): boolean {
    const [element, ...rest] = path
    if (element === undefined) return false
    return rest.length
      ? (this.children.get(element)?.has(rest) ?? false)
      : this.members.has(element)
  }

  union(other: FieldSet): FieldSet {
    if (this.isEmpty) return other
    if (other.isEmpty) return this
    return this.#combine(
      other,
      element => this.members.has(element) || other.members.has(element),
      (mine, theirs) => (mine && theirs ? mine.union(theirs) : (mine ?? theirs)),
    )
  }

  intersection(other: FieldSet): FieldSet {
    if (this.isEmpty) return this
    if (other.isEmpty) return other
    return this.#combine(
      other,
      element => this.members.has(element) && other.members.has(element),
      (mine, theirs) => (mine && theirs ? mine.intersection(theirs) : undefined),
    )
  }

  /** The paths that are here and not in `other`; what lies below a path of `other` stays. */
  difference(other: FieldSet): FieldSet {
    if (this.isEmpty || other.isEmpty) return this
    return this.#combine(
      other,
      element => this.members.has(element) && !other.members.has(element),
      (mine, theirs) => (mine && theirs ? mine.difference(theirs) : mine),
    )
  }

  /** Like difference, but without anything below the paths of `other` either. */
  without(other: FieldSet): FieldSet {
    if (this.isEmpty || other.isEmpty) return this
    const excluded = (element: PathElement) => other.members.has(element)
    return this.#combine(
      other,
      element => this.members.has(element) && !excluded(element),
      (mine, theirs, element) =>
        excluded(element) ? undefined : mine && theirs ? mine.without(theirs) : mine,
    )
  }

  #combine(
    other: FieldSet,
    isMember: (element: PathElement) => boolean,
    combine: (
      mine: FieldSet | undefined,
      theirs: FieldSet | undefined,
      element: PathElement,
    ) => FieldSet | undefined,
  ): FieldSet {
    const result = new FieldSet()
    for (const element of new Set([...this.members, ...other.members]))
      if (isMember(element)) result.members.add(element)
    for (const element of new Set([...this.children.keys(), ...other.children.keys()])) {
      const child = combine(this.children.get(element), other.children.get(element), element)
      if (child && !child.isEmpty) result.children.set(element, child)
    }
    return result
  }

  equals(other: FieldSet): boolean {
    return this.difference(other).isEmpty && other.difference(this).isEmpty
  }

  /** Every path: those that end at this level first, in order, then what lies below. */
  *paths(prefix: readonly PathElement[] = []): Generator<PathElement[]> {
    for (const element of [...this.members].sort(compareElements)) yield [...prefix, element]
    for (const element of [...this.children.keys()].sort(compareElements))
      yield* this.children.get(element)?.paths([...prefix, element]) ?? []
  }
}
