import type { Service } from '#kubernetes/api/core-v1.ts'

type Variables = Map<string, string>

/** The variables by which pods find Services without DNS: `WEB_SERVICE_HOST`, `WEB_PORT_80_TCP_ADDR` and so on. */
export function serviceEnvironment(services: Service[]): Variables {
  const variables: Variables = new Map()
  for (const { metadata, spec } of services) {
    const address = spec?.clusterIP
    const [first] = spec?.ports ?? []
    if (!address || address === 'None' || !first) continue
    const name = variableName(metadata.name ?? '')
    variables.set(`${name}_SERVICE_HOST`, address)
    variables.set(`${name}_SERVICE_PORT`, String(first.port))
    for (const port of spec.ports ?? [])
      if (port.name)
        variables.set(`${name}_SERVICE_PORT_${variableName(port.name)}`, String(port.port))
    const host = address.includes(':') ? `[${address}]` : address
    for (const port of spec.ports ?? []) {
      const protocol = port.protocol ?? 'TCP'
      const url = `${protocol.toLowerCase()}://${host}:${port.port}`
      if (port === first) variables.set(`${name}_PORT`, url)
      const prefix = `${name}_PORT_${port.port}_${protocol}`
      variables.set(prefix, url)
      variables.set(`${prefix}_PROTO`, protocol.toLowerCase())
      variables.set(`${prefix}_PORT`, String(port.port))
      variables.set(`${prefix}_ADDR`, address)
    }
  }
  return variables
}

const variableName = (name: string) => name.replaceAll('-', '_').toUpperCase()
