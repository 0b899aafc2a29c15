import type { ContainerPort, PodSpec } from '#kubernetes/api/core-v1.ts'
import { eachContainer } from './each-container.ts'

/**
 * Warnings for ports of one number and protocol that stand there more than once, in any container, and for those that
 * name an address of the node without a port of it.
 */
export function portWarnings(spec: PodSpec, path: string): string[] {
  const seen = new Map<string, { port: ContainerPort; at: string }[]>()
  return eachContainer(spec, path, ({ ports = [] }, containerPath) =>
    ports.flatMap((port, index) => {
      const at = `${containerPath}.ports[${index}]`
      const key = `${port.containerPort}/${port.protocol}`
      const others = seen.get(key) ?? []
      seen.set(key, [...others, { port, at }])
      const clashes = others.flatMap(other => {
        const clash = clashOf(port, other.port)
        return clash ? [`${at}: ${clash} port definition with ${other.at}`] : []
      })
      return port.hostIP && !port.hostPort
        ? [`${at}: hostIP set without hostPort: ${asPrinted(port)}`, ...clashes]
        : clashes
    }),
  )
}

function clashOf(a: ContainerPort, b: ContainerPort): string | undefined {
  const [ipA, ipB] = [a.hostIP ?? '', b.hostIP ?? '']
  const [hostA, hostB] = [a.hostPort ?? 0, b.hostPort ?? 0]
  if (ipA === ipB && hostA === hostB) return 'duplicate'
  if (hostA === 0 || hostB === 0) return 'overlapping'
  return hostA === hostB && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous' : undefined
}

/** As Go prints the struct. */
const asPrinted = ({ name, hostPort, containerPort, protocol, hostIP }: ContainerPort): string =>
  `{Name:${name ?? ''} HostPort:${hostPort ?? 0} ContainerPort:${containerPort} Protocol:${protocol ?? ''} HostIP:${hostIP ?? ''}}`
