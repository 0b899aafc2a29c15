/** Marks a case that the type system rules out; throws when a value gets there all the same. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}
