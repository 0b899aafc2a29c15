import { defineReview } from './shared/review.ts'

export const tokenReviews = defineReview('authentication.k8s.io', 'TokenReview')
