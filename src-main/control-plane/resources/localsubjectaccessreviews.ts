import { defineReview } from './shared/review.ts'

export const localSubjectAccessReviews = defineReview(
  'authorization.k8s.io',
  'LocalSubjectAccessReview',
  true,
)
