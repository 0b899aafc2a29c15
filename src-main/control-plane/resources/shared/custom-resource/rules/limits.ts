/** What one evaluation may cost, in CEL's units. */
export const perCallLimit = 1_000_000
/** What all rules about one object may cost in a request. */
export const objectBudget = 10_000_000
/** What an expression of a definition may be estimated to cost, for all its evaluations in one object. */
export const expressionLimit = 10_000_000
/** What all expressions of a schema may be estimated to cost. */
export const schemaLimit = 100_000_000
/** No message that an expression makes is longer, in bytes. */
export const longestMessage = 5 * 1024
