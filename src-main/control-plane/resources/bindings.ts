import { defineReview } from './shared/review.ts'

export const bindings = defineReview('', 'Binding', true)
