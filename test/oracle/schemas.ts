import type { Schema } from '#control-plane/resources/shared/custom-resource/schema.ts'
import type { Random } from '../fuzz/random.ts'

const numbers = [
  0,
  1,
  2,
  3,
  5,
  -1,
  1.5,
  0.1,
  0.3,
  10,
  100,
  1_000_000,
  1234567.5,
  1e-7,
  2 ** 31,
  2147483648.5,
  -0.5,
  1e15,
  1e21,
]
/** Larger ones wrap around where Go makes 64 bits of them. */
const bounds = numbers.filter(number => number < 1e20)
const texts = [
  '',
  'a',
  'ab',
  'abc',
  '1',
  'é',
  '😀',
  '2020-01-02',
  '1.2.3.4',
  '"q"',
  'a\nb',
  '\u0001',
]
const names = ['a', 'b', 'c']

/** Any JSON value, lists and objects at most so deep. */
export function randomValue(dice: Random, depth: number): unknown {
  const kind = dice.below(depth > 0 ? 9 : 6)
  if (kind < 2) return dice.pick(numbers)
  if (kind < 4) return dice.pick(texts)
  if (kind === 4) return dice.chance(0.5)
  if (kind === 5) return null
  const inner = () => randomValue(dice, depth - 1)
  if (kind === 6) return Array.from({ length: dice.below(4) }, inner)
  return Object.fromEntries(names.filter(() => dice.chance(0.6)).map(name => [name, inner()]))
}

/** A schema as a CustomResourceDefinition may have one; a `part` of another has no type. */
export function randomSchema(dice: Random, depth: number, part = false): Schema {
  const type = dice.pick(['string', 'integer', 'number', 'boolean', 'array', 'object', 'object'])
  const schema: Schema = part ? {} : { type }
  const maybe = (probability: number, members: () => Schema) => {
    if (dice.chance(probability)) Object.assign(schema, members())
  }
  maybe(0.1, () => ({ nullable: true }))
  Object.assign(schema, constraints(dice, type))
  if (depth > 0) Object.assign(schema, contents(dice, type, { depth, part }))
  maybe(0.08, () => ({ enum: [dice.pick(['a', 'ab', '']), dice.pick(numbers), dice.chance(0.5)] }))
  if (depth === 0) return schema
  const inner = () => randomSchema(dice, depth - 1, true)
  maybe(0.1, () => ({ anyOf: [inner(), inner()] }))
  maybe(0.1, () => ({ oneOf: [inner(), inner()] }))
  maybe(0.1, () => ({ allOf: [inner(), inner()] }))
  maybe(0.08, () => ({ not: inner() }))
  return schema
}

function contents(
  dice: Random,
  type: string,
  { depth, part }: { depth: number; part: boolean },
): Schema {
  const inner = () => randomSchema(dice, depth - 1, part)
  if (type === 'array') return dice.chance(0.7) ? { items: inner() } : {}
  if (type !== 'object') return {}
  // What is open to anything is read as closed when it says nothing of its members.
  if (dice.chance(0.3) && !part) return { additionalProperties: inner() }
  const chosen = names.filter(() => dice.chance(0.6))
  return chosen.length
    ? { properties: Object.fromEntries(chosen.map(name => [name, inner()])) }
    : {}
}

function constraints(dice: Random, type: string): Schema {
  const schema: Schema = {}
  const maybe = (probability: number, members: () => Schema) => {
    if (dice.chance(probability)) Object.assign(schema, members())
  }
  if (type === 'string') {
    maybe(0.2, () => ({ maxLength: dice.below(4) }))
    maybe(0.2, () => ({ minLength: dice.below(4) }))
    maybe(0.2, () => ({ pattern: dice.pick(['^a', 'b$', '^[a-z]+$', '\\d']) }))
    maybe(0.2, () => ({ format: dice.pick(['ipv4', 'date', 'byte', 'int32', 'of-no-kind']) }))
  } else if (type === 'integer' || type === 'number') {
    maybe(0.3, () => ({ minimum: dice.pick(bounds), exclusiveMinimum: dice.chance(0.4) }))
    maybe(0.3, () => ({ maximum: dice.pick(bounds), exclusiveMaximum: dice.chance(0.4) }))
    maybe(0.3, () => ({ multipleOf: dice.pick(bounds.filter(bound => bound > 0)) }))
    maybe(0.2, () => ({ format: 'int32' }))
  } else if (type === 'array') {
    maybe(0.3, () => ({ minItems: dice.below(4) }))
    maybe(0.3, () => ({ maxItems: dice.below(3) }))
  } else if (type === 'object') {
    maybe(0.2, () => ({ minProperties: dice.below(4) }))
    maybe(0.2, () => ({ maxProperties: dice.below(3) }))
    maybe(0.3, () => ({ required: names.filter(() => dice.chance(0.4)) }))
  }
  return schema
}
