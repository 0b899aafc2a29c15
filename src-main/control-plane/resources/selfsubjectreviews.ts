import { defineReview } from './shared/review.ts'

export const selfSubjectReviews = defineReview('authentication.k8s.io', 'SelfSubjectReview')
