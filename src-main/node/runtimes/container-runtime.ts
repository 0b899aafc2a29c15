import type { ByteStream, ProcessSession } from '#base/streams.ts'

/** Well-known labels on everything we make on an engine, beside Slipway's own cluster label. */
export const runtimeLabels = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
  /** The image as the pod named it, which engines may name otherwise. */
  image: 'dev.slipway.image',
  cluster: 'dev.slipway.cluster',
} as const

export interface PodSandboxConfig {
  name: string
  namespace: string
  uid: string
  /** Grows with every new sandbox of the same pod. */
  attempt: number
  hostname: string
  /** Its names in its own hosts file, the full one first; of a pod on the host's network in none. */
  hostNames: string[]
  hostNetwork: boolean
  hostPID: boolean
  hostIPC: boolean
  dns: { nameservers: string[]; searches: string[]; options: string[] }
  hostAliases: { ip: string; hostnames: string[] }[]
  portMappings: {
    hostPort: number
    containerPort: number
    protocol: 'TCP' | 'UDP' | 'SCTP'
    hostIP?: string
  }[]
  sysctls: Record<string, string>
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Volumes of the pod that live in the engine; mounted into containers by name. */
  volumes: RuntimeVolume[]
  /** What volumes hold from the start, by their names; see `writeVolume`. */
  files: ReadonlyMap<string, VolumeFile[]>
  /** The containers that will run in it, for drivers that prepare something for each. */
  containerNames: string[]
}

/** A volume the engine keeps for a pod. Files in it are written with `writeVolume`, so no file system need be shared. */
export interface RuntimeVolume {
  /** Unique within the pod. */
  name: string
  medium: 'disk' | 'memory'
  sizeLimitBytes?: number
  /** Permission bits and group of its top directory; of a lasting one only while it is empty. */
  mode: number
  gid?: number
  /** The volume outlives the pod: it is kept under this name until `removeLastingVolume`. */
  lastingName?: string
}

export interface PodSandbox {
  id: string
  config: { name: string; namespace: string; uid: string; attempt: number }
  state: 'ready' | 'notready'
  createdAt: number
  /** Addresses in the pod network; empty with the host's network. */
  ips: string[]
  labels: Record<string, string>
  annotations: Record<string, string>
}

export interface ContainerMount {
  /** A pod volume by name, or a path on the engine's host. */
  source: { volume: string; lastingName?: string; subPath?: string } | { hostPath: string }
  containerPath: string
  readOnly: boolean
}

/** What the kernel grants a container. */
export interface ContainerResources {
  cpuShares?: number
  /** Microseconds of CPU in each period; absent or not positive: no limit. */
  cpuQuota?: number
  cpuPeriod?: number
  /** Absent or 0: no limit. */
  memoryLimitBytes?: number
}

export interface ContainerConfig {
  name: string
  attempt: number
  /** It is to end by itself before the next one starts: an init container that is no sidecar. */
  runsOnce?: boolean
  image: string
  command: string[] | undefined
  args: string[] | undefined
  workingDir: string | undefined
  env: { name: string; value: string }[]
  mounts: ContainerMount[]
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Whose processes it sees: its own, all of the pod's, the host's, or those of another container, by its id. */
  processes: 'container' | 'pod' | 'host' | { of: string }
  stdin: boolean
  stdinOnce: boolean
  tty: boolean
  resources: ContainerResources & {
    /** Dropped where the engine may not set it. */
    oomScoreAdj?: number
    pidsLimit?: number
  }
  security: {
    runAsUser?: number
    runAsGroup?: number
    supplementalGroups?: number[]
    runAsNonRoot?: boolean
    readOnlyRootFilesystem?: boolean
    privileged?: boolean
    allowPrivilegeEscalation?: boolean
    addCapabilities?: string[]
    dropCapabilities?: string[]
    seccomp?: 'RuntimeDefault' | 'Unconfined'
  }
  /** The path of the termination message inside the container. */
  terminationMessagePath: string
}

/** What the engine says of a container; never what was asked for. Times are milliseconds since the epoch. */
export interface RuntimeContainer {
  id: string
  sandboxId: string
  podUid: string
  name: string
  attempt: number
  image: string
  imageId: string
  state: 'created' | 'running' | 'paused' | 'exited' | 'unknown'
  createdAt: number
  startedAt: number | undefined
  finishedAt: number | undefined
  exitCode: number | undefined
  /** `OOMKilled`, `Error`, `Completed`, `ContainerCannotRun`, … */
  reason: string | undefined
  message: string | undefined
  resources: ContainerResources
  /** The engine says of a running one that it isn't ready, whatever its probes say; only simulated engines know. */
  unready?: boolean
  labels: Record<string, string>
  annotations: Record<string, string>
}

export interface RuntimeImage {
  id: string
  tags: string[]
  digests: string[]
  sizeBytes: number
  /** Numeric user the image runs as by default, if it names one. */
  uid: number | undefined
  username: string | undefined
}

export interface RegistryCredentials {
  username?: string
  password?: string
  identityToken?: string
  serverAddress?: string
}

export interface LogRequest {
  follow: boolean
  timestamps: boolean
  tailLines?: number
  /** Milliseconds since the epoch. */
  since?: number
}

export interface LogChunk {
  stream: 'stdout' | 'stderr'
  bytes: Uint8Array
}

/** Something changed on the engine behind or because of us. `resync` says: events may have been lost, list again. */
export type RuntimeEvent =
  | { type: 'container' | 'sandbox'; podUid: string; id: string; action: string }
  | { type: 'resync' }

export interface ContainerStats {
  id: string
  podUid: string
  name: string
  /** Total CPU time used so far. */
  cpuNanoseconds: number
  memoryWorkingSetBytes: number
  /** Milliseconds since the epoch. */
  at: number
}

/** A file to write into a volume. Paths are relative, without `..`. */
export interface VolumeFile {
  path: string
  content: Uint8Array
  mode: number
  uid?: number
  gid?: number
}

/** What a node says of its machine. */
export interface MachineFacts {
  cpus: number
  memoryBytes: number
  diskBytes: number
  maxPods: number
  /** As Go names it: `amd64`, `arm64`. */
  architecture: string
  kernelVersion: string
  osImage: string
  /** Amounts by resource, such as `{"example.com/gpu": "2"}`: beside those above, or in their place. */
  resources?: Readonly<Record<string, string>>
}

/** Narrows a listing to one pod. */
export interface PodFilter {
  podUid: string
}

/** A helper container in the engine's host network with NET_ADMIN, to program nftables. */
export interface HostAgent {
  exec(command: string[], signal?: AbortSignal): Promise<ProcessSession>
}

/** An engine that runs containers. Shaped like CRI; one conformance suite holds for every driver. */
export interface ContainerRuntime extends AsyncDisposable {
  readonly name: 'docker' | 'cri' | 'simulated'
  /** Whether volumes can hold files; where they can't, `writeVolume` does nothing. */
  readonly keepsFiles: boolean
  /** For `status.nodeInfo.containerRuntimeVersion`: `docker://20.10.24`. */
  version(): Promise<{ name: string; version: string }>
  /** Whether the engine answers; the message is fit for a node condition. */
  status(): Promise<{ ready: boolean; message: string }>
  /** The machine that the containers run on, which may be a virtual one. */
  machine(): Promise<MachineFacts>
  /** The pod network's facts, once it exists; undefined without one. */
  network(): Promise<{ bridge: string; gateway: string; subnet: string } | undefined>

  /** Resolves to its id once it runs and its volumes hold their files. */
  runPodSandbox(config: PodSandboxConfig, signal: AbortSignal): Promise<string>
  /** Ends whatever runs in it; idempotent. */
  stopPodSandbox(id: string): Promise<void>
  /** Removes it with its containers; idempotent. The pod's volumes stay: they outlive its sandboxes. */
  removePodSandbox(id: string): Promise<void>
  /** Removes what `RuntimeVolume`s of the pod hold, lasting ones excepted; idempotent. */
  removePodVolumes(podUid: string): Promise<void>
  /** Removes a volume that outlived its pods, with its data; idempotent. Throws while a pod still has it. */
  removeLastingVolume(name: string): Promise<void>
  /** Newest attempt of a pod first. */
  listPodSandboxes(filter?: PodFilter): Promise<PodSandbox[]>

  createContainer(sandboxId: string, config: ContainerConfig, signal: AbortSignal): Promise<string>
  /** A start that takes its time is broken off when the signal aborts, with its reason. */
  startContainer(id: string, signal: AbortSignal): Promise<void>
  /**
   * TERM, then KILL after `graceSeconds`; resolves when it has ended; idempotent. An abort gives up waiting, with the
   * signal's reason.
   */
  stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void>
  /** Grants a running container more or less from now on, without a restart; what isn't named stays as it is. */
  updateContainer(id: string, resources: ContainerResources): Promise<void>
  removeContainer(id: string): Promise<void>
  /** Newest attempt of a container first. With a filter it is inspected afresh; without one it may rest on a summary. */
  listContainers(filter?: PodFilter): Promise<RuntimeContainer[]>
  inspectContainer(id: string): Promise<RuntimeContainer | undefined>
  /** The termination message file's content, at most `limitBytes` from its end. */
  readTerminationMessage(id: string, path: string, limitBytes: number): Promise<string>

  logs(id: string, request: LogRequest, signal: AbortSignal): AsyncIterable<LogChunk>
  exec(
    id: string,
    options: { command: string[]; stdin: boolean; tty: boolean },
    signal: AbortSignal,
  ): Promise<ProcessSession>
  attach(
    id: string,
    options: { stdin: boolean; tty: boolean },
    signal: AbortSignal,
  ): Promise<ProcessSession>

  /** A connection to a port on the loopback address inside the sandbox's network. */
  portForward(sandboxId: string, port: number, signal: AbortSignal): Promise<ByteStream>
  /** A connection to an address in the pod network, as a neighbour pod would open it. */
  dial(address: string, port: number, signal: AbortSignal): Promise<ByteStream>

  /** Makes the volume's content exactly `files`, swapping it in one step as the kubelet's `..data` link does. */
  writeVolume(sandboxId: string, volume: string, files: VolumeFile[]): Promise<void>

  /** What each of the pod's volumes takes up on its disk, by name. Throws when files come and go meanwhile. */
  volumeBytes(sandboxId: string, volumes: readonly string[]): Promise<ReadonlyMap<string, number>>

  /** What a container has written beside its image and volumes, in bytes. Throws for one that is gone. */
  writtenBytes(containerId: string): Promise<number>

  findImage(reference: string): Promise<RuntimeImage | undefined>
  /** Resolves to the image; rejects with the engine's own words. */
  pullImage(
    reference: string,
    credentials: RegistryCredentials | undefined,
    signal: AbortSignal,
  ): Promise<RuntimeImage>
  listImages(): Promise<RuntimeImage[]>

  /** Reads use once; CPU is a counter, so two reads make a rate. */
  stats(filter?: PodFilter): Promise<ContainerStats[]>
  /** Reconnects by itself; ends when the signal aborts. */
  events(signal: AbortSignal): AsyncIterable<RuntimeEvent>
  /** Undefined on runtimes without a kernel network (simulated). */
  hostAgent(): Promise<HostAgent | undefined>
  /** Removes everything that carries this cluster's label: containers, networks, and volumes when asked. */
  cleanup(options: { volumes: boolean }): Promise<void>
}
