import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { EventRecorder } from '#client/events.ts'
import type { Client } from '#client/rest.ts'
import type { ContainerRuntime } from '../../runtimes/container-runtime.ts'
import type { ClusterDns, DnsSettings } from '../dns-settings.ts'
import type { ImagePuller } from '../images/image-puller.ts'
import type { ObjectSource } from '../object-source.ts'
import type { NodeRoom } from '../resize/node-room.ts'
import type { ServiceAccountTokens } from '../volumes/service-account-tokens.ts'
import type { RestartBackoff } from './restart-backoff.ts'

/** What all pods of a node share. */
export interface PodContext {
  client: Client
  runtime: ContainerRuntime
  clock: Clock
  logger: Logger
  recorder: EventRecorder
  objects: ObjectSource
  tokens: ServiceAccountTokens
  images: ImagePuller
  crashes: RestartBackoff
  room: NodeRoom
  dns: { cluster: ClusterDns; host: DnsSettings }
  node: { hostIP: string; allocatable: Record<string, string>; memoryBytes: number }
}
