import type { Clock } from '#base/clock.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { Amounts } from '#kubernetes/resource-amounts.ts'
import type { Authorizer } from '../authorization/authorizer.ts'
import type { Caches } from '../cache/caches.ts'
import type { Catalog } from '../catalog.ts'
import type { UserInfo } from '../server-request.ts'

/** A write on its way to the store. */
export interface AdmissionRequest {
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  definition: ResourceDefinition
  /** The kind that was asked for, where its objects are stored as `definition`. */
  rules?: ResourceDefinition
  subresource: string
  namespace: string
  name: string
  /** What is to be stored; steps may change it in `mutate`. Absent for a delete. */
  object: KubernetesObject | undefined
  /** What is stored now; absent for a create. */
  old: Readonly<KubernetesObject> | undefined
  user: UserInfo
  dryRun: boolean
  warnings: Set<string>
}

/** What steps may look at. */
export interface AdmissionServices {
  catalog: Catalog
  caches: Caches
  clock: Clock
  authorizer: Authorizer
  quotas: QuotaLedger
}

/** A write that counts towards quotas. */
export interface Charge {
  request: AdmissionRequest
  object: KubernetesObject
  /** What it adds to what is used. */
  requested: Amounts
}

/** Keeps count of what the quotas of each namespace are used for. */
export interface QuotaLedger {
  /** Whether a namespace has a quota at all; most have none, and nothing need be counted there. */
  limits(namespace: string): boolean
  /** Resolves when the write fits into every quota that is about it, and is counted. Throws a 403. */
  charge(charge: Charge): Promise<void>
}

/** One step of admission. Steps run in the order of their list: every `mutate`, later every `validate`. */
export interface AdmissionStep {
  readonly name: string
  mutate?(request: AdmissionRequest, services: AdmissionServices): void | Promise<void>
  /** Throws a StatusError to refuse. */
  validate?(request: AdmissionRequest, services: AdmissionServices): void | Promise<void>
}

type Chain = AdmissionServices & { admission: readonly AdmissionStep[] }

/** Lets every step change what is written; waits only for those that take time, which most don't. */
export async function mutate(request: AdmissionRequest, services: Chain): Promise<void> {
  for (const step of services.admission) {
    const done = step.mutate?.(request, services)
    if (done) await done
  }
}

/** Lets every step refuse what is written. */
export async function validate(request: AdmissionRequest, services: Chain): Promise<void> {
  for (const step of services.admission) {
    const done = step.validate?.(request, services)
    if (done) await done
  }
}

/** Whether a request is about objects of a kind themselves, not one of their subresources. */
export const isAbout = (
  request: AdmissionRequest,
  plural: string,
  operations: readonly AdmissionRequest['operation'][],
  group = '',
): boolean =>
  request.definition.plural === plural &&
  request.definition.group === group &&
  request.subresource === '' &&
  operations.includes(request.operation)
