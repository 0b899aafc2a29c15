import type { ContainerConfig, ContainerMount, ContainerResources } from '../container-runtime.ts'

export interface ContainerBodyInput {
  config: ContainerConfig
  sandboxId: string
  hostIPC: boolean
  hostNetwork: boolean
  labels: Record<string, string>
  /** The engine's name of a pod volume and where the engine's host keeps it. */
  volume(name: string): { name: string; mountpoint: string }
  /** A file on the engine's host that takes the termination message. */
  terminationFile: string
  isPodman: boolean
}

/** The body of a request to create an app container in a pod's sandbox. */
export function containerBody(input: ContainerBodyInput): Record<string, unknown> {
  const { config, sandboxId } = input
  const { security, resources } = config
  const user =
    security.runAsUser === undefined
      ? undefined
      : `${security.runAsUser}${security.runAsGroup === undefined ? '' : `:${security.runAsGroup}`}`
  return {
    Image: config.image,
    ...(config.command ? { Entrypoint: config.command } : {}),
    ...(config.args ? { Cmd: config.args } : {}),
    ...(config.workingDir ? { WorkingDir: config.workingDir } : {}),
    ...(user ? { User: user } : {}),
    Env: config.env.map(({ name, value }) => `${name}=${value}`),
    Labels: input.labels,
    OpenStdin: config.stdin,
    StdinOnce: config.stdinOnce,
    Tty: config.tty,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: `container:${sandboxId}`,
      IpcMode: input.hostIPC ? 'host' : `container:${sandboxId}`,
      ...hostNameNamespace(input),
      ...processNamespace(config, sandboxId),
      ...mounts(input),
      ...engineResources(resources),
      ...(resources.pidsLimit ? { PidsLimit: resources.pidsLimit } : {}),
      ...oomScore(resources.oomScoreAdj),
      ...(security.supplementalGroups ? { GroupAdd: security.supplementalGroups.map(String) } : {}),
      ReadonlyRootfs: security.readOnlyRootFilesystem ?? false,
      Privileged: security.privileged ?? false,
      CapAdd: security.addCapabilities ?? [],
      CapDrop: security.dropCapabilities ?? [],
      SecurityOpt: securityOptions(security),
      ...(input.isPodman ? {} : { LogConfig: logConfig }),
    },
  }
}

/** What a container is granted, in the engine's words. Swap is never granted beside memory. */
export const engineResources = (resources: ContainerResources): Record<string, unknown> => ({
  CpuShares: resources.cpuShares,
  CpuPeriod: resources.cpuPeriod,
  CpuQuota: resources.cpuQuota,
  ...(resources.memoryLimitBytes
    ? { Memory: resources.memoryLimitBytes, MemorySwap: resources.memoryLimitBytes }
    : {}),
})

/** The kubelet's own limits for logs: ten megabytes, five files. */
export const logConfig = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } }

/** Docker gives the host name with the network, Podman does not. */
const hostNameNamespace = ({ isPodman, hostNetwork, sandboxId }: ContainerBodyInput) =>
  isPodman && !hostNetwork ? { UTSMode: `container:${sandboxId}` } : {}

function processNamespace({ processes }: ContainerConfig, sandboxId: string) {
  if (processes === 'host') return { PidMode: 'host' }
  if (typeof processes === 'object') return { PidMode: `container:${processes.of}` }
  return processes === 'pod' ? { PidMode: `container:${sandboxId}` } : {}
}

/** Engines without CAP_SYS_RESOURCE can't lower the score; what can't be had isn't asked for. */
const oomScore = (score: number | undefined) =>
  score === undefined || score < 0 ? {} : { OomScoreAdj: score }

function securityOptions(security: ContainerConfig['security']): string[] {
  const options: string[] = []
  if (security.allowPrivilegeEscalation === false) options.push('no-new-privileges')
  // Kubernetes runs containers without a seccomp profile unless the pod asks for one.
  if (security.seccomp !== 'RuntimeDefault') options.push('seccomp=unconfined')
  return options
}

function mounts({ config, volume, terminationFile }: ContainerBodyInput) {
  const Binds = [`${terminationFile}:${config.terminationMessagePath}`]
  const Mounts: Record<string, unknown>[] = []
  for (const { source, containerPath, readOnly } of config.mounts) {
    const path = bindPath(source, volume)
    if (path !== undefined) Binds.push(`${path}:${containerPath}${readOnly ? ':ro' : ''}`)
    else if ('volume' in source)
      Mounts.push({
        Type: 'volume',
        Source: volume(source.volume).name,
        Target: containerPath,
        ReadOnly: readOnly,
        VolumeOptions: { NoCopy: true },
      })
  }
  return { Binds, Mounts }
}

/** What has to be bound by path: the host's own, and parts of volumes, which older engines can't mount. */
function bindPath(
  source: ContainerMount['source'],
  volume: ContainerBodyInput['volume'],
): string | undefined {
  if ('hostPath' in source) return source.hostPath
  return source.subPath ? `${volume(source.volume).mountpoint}/${source.subPath}` : undefined
}
