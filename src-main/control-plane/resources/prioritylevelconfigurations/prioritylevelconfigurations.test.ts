import { expect, test } from 'vitest'
import type {
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
} from '#kubernetes/api/flowcontrol-v1.ts'
import { bootstrapPriorityLevels } from '../shared/flow-control/bootstrap-flow-control.ts'
import { created, failuresOf } from '../shared/testing.ts'
import { priorityLevelConfigurations } from './prioritylevelconfigurations.ts'

const level = (
  spec: PriorityLevelConfigurationSpec,
  name = 'mine',
): PriorityLevelConfiguration => ({ metadata: { name }, spec })
const queue = (queuing: object) => ({
  type: 'Limited',
  limited: { limitResponse: { type: 'Queue', queuing } },
})

test('the bootstrap levels are valid', () => {
  const refused = bootstrapPriorityLevels.flatMap(({ name, spec }) =>
    failuresOf(priorityLevelConfigurations, level(spec, name)),
  )
  expect(refused).toEqual([])
})

test('a queue has upstream defaults', () => {
  expect(created(priorityLevelConfigurations, level(queue({}))).spec.limited).toEqual({
    nominalConcurrencyShares: 30,
    lendablePercent: 0,
    limitResponse: { type: 'Queue', queuing: { handSize: 8, queues: 64, queueLengthLimit: 50 } },
  })
})

test.each<[string, PriorityLevelConfigurationSpec, string[]]>([
  [
    'an unknown type',
    { type: 'Free' },
    ['spec.type: Unsupported value: "Free": supported values: "Exempt", "Limited"'],
  ],
  [
    'no limits',
    { type: 'Limited' },
    ['spec.limited: Required value: must not be empty when type is Limited'],
  ],
  [
    'the type of the exempt one',
    { type: 'Exempt' },
    ["spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'"],
  ],
  [
    'a queue but no answer for it',
    { type: 'Limited', limited: { limitResponse: { type: 'Reject', queuing: {} } } },
    [
      'spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited',
    ],
  ],
  [
    'a hand of more queues than there are',
    queue({ queues: 4, handSize: 5 }),
    [
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (4)',
    ],
  ],
  [
    'a hand that takes too many bits',
    queue({ queues: 128, handSize: 9 }),
    [
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 9: required entropy bits of deckSize 128 and handSize 9 should not be greater than 60',
    ],
  ],
])('a level with %s', (_, spec, problems) => {
  expect(failuresOf(priorityLevelConfigurations, level(spec))).toEqual(problems)
})

test('the mandatory levels are fixed, but for what the exempt one lends', () => {
  const lends = { type: 'Exempt', exempt: { nominalConcurrencyShares: 10, lendablePercent: 50 } }
  expect(failuresOf(priorityLevelConfigurations, level(lends, 'exempt'))).toEqual([])
  expect(failuresOf(priorityLevelConfigurations, level(queue({}), 'catch-all'))[0]).toMatch(
    /spec of 'catch-all' must equal the fixed value$/,
  )
})
