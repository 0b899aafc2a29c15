/** What an expression of a definition may be estimated to cost, for all its evaluations in one object, in CEL's units. */
export const expressionLimit = 10_000_000
/** What all expressions of a schema may be estimated to cost. */
export const schemaLimit = 100_000_000
