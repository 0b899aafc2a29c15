import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '#kubernetes/api/flowcontrol-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, invalid, isEqual, notSupported, required } from '../shared/field-errors.ts'
import {
  bootstrapPriorityLevels,
  mandatorySpec,
} from '../shared/flow-control/bootstrap-flow-control.ts'

const roundtripAnnotation = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'
const maxQueues = 10_000_000
const maxEntropyBits = 60

/** What is wrong with a PriorityLevelConfiguration. */
export const validatePriorityLevel = ({
  metadata,
  spec,
}: PriorityLevelConfiguration): FieldError[] => [
  ...validateSpec(spec, metadata.name ?? ''),
  ...validateMandatory(spec, metadata.name ?? ''),
  ...(metadata.annotations?.[roundtripAnnotation] === undefined
    ? []
    : [forbidden('metadata.annotations', `annotation '${roundtripAnnotation}' is forbidden`)]),
]

function validateSpec(spec: PriorityLevelConfigurationSpec, name: string): FieldError[] {
  const { type, limited, exempt } = spec
  const errors =
    (name === 'exempt') === (type === 'Exempt')
      ? []
      : [invalid('spec.type', type ?? '', "must be 'Exempt' if and only if `name` is 'exempt'")]
  switch (type) {
    case 'Exempt':
      if (limited) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'))
      return [...errors, ...(exempt ? validateExempt(exempt, 'spec.exempt') : [])]
    case 'Limited':
      if (exempt) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'))
      return [
        ...errors,
        ...(limited
          ? validateLimited(limited, 'spec.limited')
          : [required('spec.limited', 'must not be empty when type is Limited')]),
      ]
    default:
      return [...errors, notSupported('spec.type', type ?? '', ['Exempt', 'Limited'])]
  }
}

/** The exempt level may say how much it lends; everything else of the mandatory levels is fixed. */
function validateMandatory(spec: PriorityLevelConfigurationSpec, name: string): FieldError[] {
  const fixed = mandatorySpec(bootstrapPriorityLevels, name)
  if (!fixed) return []
  if (name !== 'exempt')
    return isEqual(fixed, spec)
      ? []
      : [invalid('spec', spec, `spec of '${name}' must equal the fixed value`)]
  return isEqual({ ...fixed, exempt: undefined }, { ...spec, exempt: undefined })
    ? []
    : [
        invalid(
          'spec',
          spec,
          `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`,
        ),
      ]
}

const validateExempt = (
  { nominalConcurrencyShares, lendablePercent }: ExemptPriorityLevelConfiguration,
  path: string,
): FieldError[] => [
  ...validateShares(nominalConcurrencyShares, path),
  ...validateLendable(lendablePercent, path),
]

const validateLimited = (
  limited: LimitedPriorityLevelConfiguration,
  path: string,
): FieldError[] => [
  ...validateShares(limited.nominalConcurrencyShares, path),
  ...validateResponse(limited.limitResponse ?? { type: '' }, `${path}.limitResponse`),
  ...validateLendable(limited.lendablePercent, path),
  ...((limited.borrowingLimitPercent ?? 0) < 0
    ? [
        invalid(
          `${path}.borrowingLimitPercent`,
          limited.borrowingLimitPercent,
          'if specified, must be a non-negative integer',
        ),
      ]
    : []),
]

const validateShares = (shares: number | undefined, path: string): FieldError[] =>
  (shares ?? 0) < 0
    ? [invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')]
    : []

const validateLendable = (percent: number | undefined, path: string): FieldError[] =>
  percent !== undefined && (percent < 0 || percent > 100)
    ? [invalid(`${path}.lendablePercent`, percent, 'must be between 0 and 100, inclusive')]
    : []

function validateResponse({ type, queuing }: LimitResponse, path: string): FieldError[] {
  switch (type) {
    case 'Reject':
      return queuing
        ? [forbidden(`${path}.queuing`, 'must be nil if limited.limitResponse.type is not Limited')]
        : []
    case 'Queue':
      return queuing
        ? validateQueuing(queuing, `${path}.queuing`)
        : [
            required(
              `${path}.queuing`,
              'must not be empty if limited.limitResponse.type is Limited',
            ),
          ]
    default:
      return [notSupported(`${path}.type`, type, ['Queue', 'Reject'])]
  }
}

function validateQueuing(
  { queueLengthLimit = 0, queues = 0, handSize = 0 }: QueuingConfiguration,
  path: string,
): FieldError[] {
  const positive = (field: string, value: number) =>
    value > 0 ? [] : [invalid(`${path}.${field}`, value, 'must be positive')]
  return [
    ...positive('queueLengthLimit', queueLengthLimit),
    ...positive('queues', queues),
    ...(queues > maxQueues
      ? [invalid(`${path}.queues`, queues, `must not be greater than ${maxQueues}`)]
      : []),
    ...positive('handSize', handSize),
    ...(handSize > 0 ? validateHand(handSize, queues, `${path}.handSize`) : []),
  ]
}

/** A hand of queues must be dealt from the bits of one hash. */
function validateHand(handSize: number, queues: number, path: string): FieldError[] {
  if (handSize > queues)
    return [invalid(path, handSize, `should not be greater than queues (${queues})`)]
  return Math.ceil(Math.log2(queues) * handSize) > maxEntropyBits
    ? [
        invalid(
          path,
          handSize,
          `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${maxEntropyBits}`,
        ),
      ]
    : []
}
