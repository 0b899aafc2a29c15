import { defineReview } from './shared/review.ts'

export const selfSubjectAccessReviews = defineReview(
  'authorization.k8s.io',
  'SelfSubjectAccessReview',
)
