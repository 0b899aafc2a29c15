import { defineReview } from './shared/review.ts'

export const subjectAccessReviews = defineReview('authorization.k8s.io', 'SubjectAccessReview')
