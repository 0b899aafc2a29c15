import type { Container, HTTPGetAction, LifecycleHandler, Probe } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  forbidden,
  invalid,
  malformed,
  nonNegative,
  oneOf,
  required,
  requiredText,
} from '../field-errors.ts'
import { checkHttpHeaderName, checkPort, checkPortNumber } from '../formats.ts'

/** What is wrong with the probes and hooks of a container that lives as long as its pod. */
export function validateProbesAndHooks(
  { livenessProbe, readinessProbe, startupProbe, lifecycle }: Container,
  path: string,
  gracePeriod: number | undefined,
): FieldError[] {
  return [
    ...hook(lifecycle?.postStart, `${path}.lifecycle.postStart`, gracePeriod),
    ...hook(lifecycle?.preStop, `${path}.lifecycle.preStop`, gracePeriod),
    ...probe(livenessProbe, `${path}.livenessProbe`),
    ...onceSuffices(livenessProbe, `${path}.livenessProbe`),
    ...probe(readinessProbe, `${path}.readinessProbe`),
    ...(readinessProbe?.terminationGracePeriodSeconds === undefined
      ? []
      : [
          invalid(
            `${path}.readinessProbe.terminationGracePeriodSeconds`,
            readinessProbe.terminationGracePeriodSeconds,
            'must not be set for readinessProbes',
          ),
        ]),
    ...probe(startupProbe, `${path}.startupProbe`),
    ...onceSuffices(startupProbe, `${path}.startupProbe`),
  ]
}

const onceSuffices = (given: Probe | undefined, path: string): FieldError[] =>
  given && given.successThreshold !== 1
    ? [invalid(`${path}.successThreshold`, given.successThreshold, 'must be 1')]
    : []

function probe(given: Probe | undefined, path: string): FieldError[] {
  if (!given) return []
  const { terminationGracePeriodSeconds: grace } = given
  return [
    ...validateHandler(given, path),
    ...nonNegative(`${path}.initialDelaySeconds`, given.initialDelaySeconds),
    ...nonNegative(`${path}.timeoutSeconds`, given.timeoutSeconds),
    ...nonNegative(`${path}.periodSeconds`, given.periodSeconds),
    ...nonNegative(`${path}.successThreshold`, given.successThreshold),
    ...nonNegative(`${path}.failureThreshold`, given.failureThreshold),
    ...(grace !== undefined && grace <= 0
      ? [invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')]
      : []),
  ]
}

function hook(
  given: LifecycleHandler | undefined,
  path: string,
  gracePeriod: number | undefined,
): FieldError[] {
  if (!given) return []
  const errors = validateHandler(given, path)
  const seconds = given.sleep?.seconds ?? 0
  if (gracePeriod !== undefined && (seconds < 0 || seconds > gracePeriod))
    errors.push(
      invalid(
        `${path}.sleep`,
        seconds,
        `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`,
      ),
    )
  return errors
}

/** Exactly one way to ask or to tell; all after the first are refused. */
function validateHandler(handler: Probe & LifecycleHandler, path: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  const ways: [field: string, errors: FieldError[]][] = []
  if (exec) ways.push(['exec', exec.command?.length ? [] : [required(`${path}.exec.command`)]])
  if (httpGet) ways.push(['httpGet', validateHttpGet(httpGet, `${path}.httpGet`)])
  if (tcpSocket) ways.push(['tcpSocket', validatePort(tcpSocket.port, `${path}.tcpSocket.port`)])
  if (grpc) {
    const port = grpc.port ?? 0
    ways.push(['grpc', malformed(`${path}.grpc.port`, port, checkPortNumber(port))])
  }
  if (sleep) ways.push(['sleep', []])
  const [first, ...more] = ways
  if (!first) return [required(path, 'must specify a handler type')]
  return [
    ...first[1],
    ...more.map(([field]) =>
      forbidden(`${path}.${field}`, 'may not specify more than 1 handler type'),
    ),
  ]
}

const validateHttpGet = (
  { path: target, port, scheme, httpHeaders = [] }: HTTPGetAction,
  path: string,
): FieldError[] => [
  ...requiredText(`${path}.path`, target),
  ...validatePort(port, `${path}.port`),
  ...oneOf(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']),
  ...httpHeaders.flatMap(({ name }) =>
    malformed(`${path}.httpHeaders`, name, checkHttpHeaderName(name)),
  ),
]

const validatePort = (port: number | string = 0, path: string): FieldError[] =>
  malformed(path, port, checkPort(port))
