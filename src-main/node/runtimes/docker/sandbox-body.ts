import type { PodSandboxConfig } from '../container-runtime.ts'
import { logConfig } from './container-body.ts'

export interface SandboxBodyInput {
  config: PodSandboxConfig
  image: string
  network: string
  labels: Record<string, string>
  /** The engine's volumes by the pod's names. */
  volumes: ReadonlyMap<string, string>
  /** The volumes' first files come on its standard input. */
  readsFiles: boolean
  isPodman: boolean
}

/** Where the infra container mounts the pod's volumes. */
export const volumeRoot = '/v'

/** The body of a request to create a pod's infra container, which owns its network, IPC and volumes. */
export function sandboxBody(input: SandboxBodyInput): Record<string, unknown> {
  const { config, network, volumes } = input
  return {
    Image: input.image,
    ...(config.hostNetwork ? {} : { Hostname: config.hostname }),
    Entrypoint: ['/bin/sh', '-c', startScript(config, input.readsFiles)],
    ...(input.readsFiles ? { OpenStdin: true, StdinOnce: true } : {}),
    Labels: input.labels,
    ...exposedPorts(config),
    HostConfig: {
      NetworkMode: config.hostNetwork ? 'host' : network,
      IpcMode: config.hostIPC ? 'host' : 'shareable',
      Dns: config.dns.nameservers,
      DnsSearch: config.dns.searches,
      DnsOptions: config.dns.options,
      ...(config.hostNetwork
        ? {}
        : {
            ExtraHosts: config.hostAliases.flatMap(({ ip, hostnames }) =>
              hostnames.map(name => `${name}:${ip}`),
            ),
          }),
      ...(config.hostNetwork ? {} : { Sysctls: config.sysctls }),
      PortBindings: portBindings(config),
      Mounts: [...volumes].map(([name, volume]) => ({
        Type: 'volume',
        Source: volume,
        Target: `${volumeRoot}/${name}`,
        VolumeOptions: { NoCopy: true },
      })),
      ...(input.isPodman ? {} : { LogConfig: logConfig }),
    },
  }
}

/**
 * What the infra container does before it rests: Docker gives containers on a network of their own its embedded DNS
 * server, so the pod's resolv.conf is written from inside, and so is its hosts file, as its addresses are known by then;
 * volumes get their permissions and first files. Apps see the same files. Once all is there it says so.
 */
function startScript(config: PodSandboxConfig, readsFiles: boolean): string {
  const { dns, volumes, hostNetwork } = config
  const lines = [
    ...dns.nameservers.map(address => `nameserver ${address}`),
    ...(dns.searches.length ? [`search ${dns.searches.join(' ')}`] : []),
    ...(dns.options.length ? [`options ${dns.options.join(' ')}`] : []),
  ]
  const steps = volumes.flatMap(({ name, mode, gid, lastingName }) => {
    const path = quote(`${volumeRoot}/${name}`)
    const settings = [
      ...(gid === undefined ? [] : [`chgrp ${gid} ${path}`]),
      `chmod ${mode.toString(8)} ${path}`,
    ]
    // What a program made of its data directory stays: databases refuse one that others may write to.
    return lastingName ? [`[ -n "$(ls -A ${path})" ] || { ${settings.join('; ')}; }`] : settings
  })
  if (lines.length && !hostNetwork)
    steps.push(`printf '%s\\n' ${lines.map(quote).join(' ')} > /etc/resolv.conf`)
  if (config.hostNames.length > 1 && !hostNetwork) steps.push(...hostsSteps(config))
  if (readsFiles) steps.push(...unpackSteps(config))
  return [...steps, 'exec /pause'].join('; ')
}

/** Has the hosts file, in which engines write the host name alone, say all names of the pod's addresses. */
function hostsSteps({ hostname, hostNames }: PodSandboxConfig): string[] {
  const name = quote(hostname)
  return [
    `hosts=$(while read -r ip names; do case "$names" in (${name}|${name}' '*) names=${quote(hostNames.join(' '))};; esac; printf '%s %s\\n' "$ip" "$names"; done < /etc/hosts)`,
    `printf '%s\\n' "$hosts" > /etc/hosts`,
  ]
}

/** Unpacks standard input over what an earlier, broken-off try may have left. */
function unpackSteps({ files }: PodSandboxConfig): string[] {
  const left = [...files.keys()].map(name => quote(`${volumeRoot}/${name}`))
  return [
    ...(left.length ? [`rm -rf ${left.map(path => `${path}/* ${path}/..?*`).join(' ')}`] : []),
    `tar -x -f - -C ${volumeRoot} || exit`,
    'echo ready',
  ]
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

function exposedPorts({ portMappings }: PodSandboxConfig) {
  if (!portMappings.length) return {}
  const keys = portMappings.map(({ containerPort, protocol }) => [
    portKey(containerPort, protocol),
    {},
  ])
  return { ExposedPorts: Object.fromEntries(keys) }
}

/** Host ports are open to this machine only, unless the pod names another address. */
function portBindings({ portMappings }: PodSandboxConfig) {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {}
  for (const { hostPort, containerPort, protocol, hostIP } of portMappings) {
    const key = portKey(containerPort, protocol)
    const HostIp = hostIP && hostIP !== '0.0.0.0' ? hostIP : '127.0.0.1'
    bindings[key] = [...(bindings[key] ?? []), { HostIp, HostPort: String(hostPort) }]
  }
  return bindings
}

const portKey = (port: number, protocol: string) => `${port}/${protocol.toLowerCase()}`
