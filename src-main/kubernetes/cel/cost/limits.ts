/** What one evaluation may cost, in CEL's units. */
export const perCallLimit = 1_000_000

/** What all that a request asks of one object's rules, or of one policy, may cost. */
export const requestBudget = 10_000_000

/** Said when a budget is spent. */
export const outOfBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run'
