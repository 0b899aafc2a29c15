import type { AdmissionRequest, AdmissionServices } from '../admission-step.ts'

/** A write by a node, and what may be looked at to judge it. */
export interface NodeWrite {
  node: string
  request: AdmissionRequest
  services: AdmissionServices
}

/** Why a node is refused, in upstream's words; undefined when it isn't. */
export type Refusal = string | undefined
