import type { AdmissionStep } from './admission-step.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'

/** The steps of admission, in upstream's order. */
export const admissionSteps: readonly AdmissionStep[] = [namespaceLifecycle]
