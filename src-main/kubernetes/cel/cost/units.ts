/** What making a value costs, in the units of Kubernetes' limits. */
export const createCost = { list: 10, map: 30, struct: 40 }

/** Going over a text costs a tenth of its length. */
export const traversal = 0.1
/** An expression is taken for a fourth as many parts as it has letters. */
export const regexPart = 0.25
