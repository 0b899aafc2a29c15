import type { AnyContainer } from './pod-facts.ts'

/** A port given as a number or as the name of one of the container's ports. Throws when there is none of that name. */
export function resolvePort(port: number | string, container: AnyContainer): number {
  if (typeof port === 'number') return port
  const named = container.ports?.find(({ name }) => name === port)?.containerPort
  const value = named ?? (/^\d+$/.test(port) ? Number(port) : undefined)
  if (value === undefined || value < 1 || value > 65_535)
    throw new Error(`invalid port number: ${port}`)
  return value
}
