interface Node<V> {
  readonly key: string
  readonly value: V
  readonly left: Tree<V>
  readonly right: Tree<V>
  readonly size: number
}
type Tree<V> = Node<V> | undefined

/**
 * An immutable map in key order (UTF-16 code units): a change makes a new map that shares all but one path with the old
 * one, so that keeping a snapshot costs one reference. A weight-balanced tree; every operation is O(log n).
 */
export class OrderedMap<V> {
  readonly #root: Tree<V>

  private constructor(root: Tree<V>) {
    this.#root = root
  }

  static empty<V>(): OrderedMap<V> {
    return new OrderedMap<V>(undefined)
  }

  get size(): number {
    return sizeOf(this.#root)
  }

  get(key: string): V | undefined {
    let node = this.#root
    while (node && node.key !== key) node = key < node.key ? node.left : node.right
    return node?.value
  }

  /** The map with `key` set to `value`. */
  with(key: string, value: V): OrderedMap<V> {
    return new OrderedMap(insert(this.#root, key, value))
  }

  /** The map without `key`. */
  without(key: string): OrderedMap<V> {
    return this.get(key) === undefined ? this : new OrderedMap(remove(this.#root, key))
  }

  /** The values of the keys in [from, to), in order; no bound = no end. */
  *values(from = '', to?: string): Generator<V, void, void> {
    const path: Node<V>[] = []
    const descend = (start: Tree<V>) => {
      for (let node = start; node; ) {
        if (node.key < from) node = node.right
        else {
          path.push(node)
          node = node.left
        }
      }
    }
    descend(this.#root)
    for (let node = path.pop(); node; node = path.pop()) {
      if (to !== undefined && node.key >= to) return
      yield node.value
      descend(node.right)
    }
  }

  /** How many keys lie in [from, to), without visiting them. */
  count(from = '', to?: string): number {
    const end = to === undefined ? this.size : this.#rank(to)
    return Math.max(0, end - this.#rank(from))
  }

  /** How many keys are smaller than `key`. */
  #rank(key: string): number {
    let rank = 0
    for (let node = this.#root; node; ) {
      if (key <= node.key) node = node.left
      else {
        rank += sizeOf(node.left) + 1
        node = node.right
      }
    }
    return rank
  }
}

/** The smallest string greater than every string with this prefix; undefined when there is none. */
export function prefixEnd(prefix: string): string | undefined {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const unit = prefix.charCodeAt(last)
    if (unit < 0xffff) return prefix.slice(0, last) + String.fromCharCode(unit + 1)
  }
  return undefined
}

/** A subtree may be at most `delta` times as heavy as its sibling; `ratio` decides between one rotation and two. */
const delta = 3
const ratio = 2

const sizeOf = <V>(tree: Tree<V>): number => tree?.size ?? 0

function join<V>(at: { key: string; value: V }, left: Tree<V>, right: Tree<V>): Node<V> {
  return { key: at.key, value: at.value, left, right, size: sizeOf(left) + sizeOf(right) + 1 }
}

function insert<V>(tree: Tree<V>, key: string, value: V): Node<V> {
  if (!tree) return join({ key, value }, undefined, undefined)
  if (key === tree.key) return join({ key, value }, tree.left, tree.right)
  return key < tree.key
    ? balance(tree, insert(tree.left, key, value), tree.right)
    : balance(tree, tree.left, insert(tree.right, key, value))
}

function remove<V>(tree: Tree<V>, key: string): Tree<V> {
  if (!tree) return undefined
  if (key < tree.key) return balance(tree, remove(tree.left, key), tree.right)
  if (key > tree.key) return balance(tree, tree.left, remove(tree.right, key))
  if (!tree.left) return tree.right
  if (!tree.right) return tree.left
  const next = smallest(tree.right)
  return balance(next, tree.left, remove(tree.right, next.key))
}

function smallest<V>(tree: Node<V>): Node<V> {
  let node = tree
  while (node.left) node = node.left
  return node
}

function balance<V>(at: { key: string; value: V }, left: Tree<V>, right: Tree<V>): Node<V> {
  const [leftSize, rightSize] = [sizeOf(left), sizeOf(right)]
  if (leftSize + rightSize <= 1) return join(at, left, right)
  if (right && rightSize > delta * leftSize) {
    const inner = right.left
    return inner && inner.size >= ratio * sizeOf(right.right)
      ? join(inner, join(at, left, inner.left), join(right, inner.right, right.right))
      : join(right, join(at, left, inner), right.right)
  }
  if (left && leftSize > delta * rightSize) {
    const inner = left.right
    return inner && inner.size >= ratio * sizeOf(left.left)
      ? join(inner, join(left, left.left, inner.left), join(at, inner.right, right))
      : join(left, left.left, join(at, inner, right))
  }
  return join(at, left, right)
}
