import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { Allocators } from '#control-plane/resources/define-resource.ts'
import type { Store } from '#control-plane/storage/store.ts'
import type { Secret } from '#kubernetes/api/core-v1.ts'
import type { AdmissionStep, QuotaLedger } from './admission/admission-step.ts'
import type { ServiceAccountTokens } from './authentication/service-account-tokens.ts'
import type { Authorizer } from './authorization/authorizer.ts'
import type { Caches } from './cache/caches.ts'
import type { Catalog } from './catalog.ts'
import type { ClusterDialer } from './cluster-dialer.ts'
import type { KubeletConnection } from './kubelet-connection.ts'
import type { SchedulingExplainer } from './scheduling-explainer.ts'

/** What handlers work with. One per API server. */
export interface Services {
  clock: Clock
  logger: Logger
  store: Store
  catalog: Catalog
  caches: Caches
  admission: readonly AdmissionStep[]
  quotas: QuotaLedger
  allocators: Allocators
  authorizer: Authorizer
  tokens: ServiceAccountTokens
  /** Notes that the token of a Secret was used; absent while the server starts. */
  secretTokens: { used(secret: Secret): void } | undefined
  /** Absent until a node is attached. */
  kubelet: KubeletConnection | undefined
  dialer: ClusterDialer | undefined
  /** Absent until a scheduler runs beside the server. */
  scheduling: SchedulingExplainer | undefined
  /** Where clients reach the server, for OpenID discovery and the like. */
  issuer: string
}
