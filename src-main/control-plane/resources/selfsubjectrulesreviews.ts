import { defineReview } from './shared/review.ts'

export const selfSubjectRulesReviews = defineReview(
  'authorization.k8s.io',
  'SelfSubjectRulesReview',
)
