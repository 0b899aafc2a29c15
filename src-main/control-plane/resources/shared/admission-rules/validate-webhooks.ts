import type {
  MutatingWebhook,
  ValidatingWebhook,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { duplicate, each, invalid, notSupported, optionalOneOf, required } from '../field-errors.ts'
import { validateLabelSelector } from '../label-selector.ts'
import {
  missingReviewVersions,
  validateReviewVersions,
  validateWebhookClient,
} from '../webhook-client.ts'
import { expressionChecks } from './lazy-expressions.ts'
import { matchPolicies, validateMatchConditions } from './match-resources.ts'
import { validateRule } from './validate-rules.ts'

export const failurePolicies = ['Fail', 'Ignore']
const reinvocationPolicies = ['IfNeeded', 'Never']
const sideEffects = ['None', 'NoneOnDryRun']
const longestSeconds = 30

/** What is wrong with the webhooks of a configuration, of either kind. */
export function validateWebhooks(
  webhooks: (ValidatingWebhook | MutatingWebhook)[] | undefined,
): FieldError[] {
  const names = (webhooks ?? []).map(({ name }) => name)
  return each(webhooks, 'webhooks', (webhook, path, index) => [
    ...validateWebhook(webhook, path),
    ...validateReviewVersions(
      webhook.admissionReviewVersions,
      `${path}.admissionReviewVersions`,
      missingReviewVersions,
    ),
    ...(webhook.name && names.indexOf(webhook.name) < index
      ? [duplicate(`${path}.name`, webhook.name)]
      : []),
  ])
}

const validateWebhook = (
  webhook: ValidatingWebhook & Partial<MutatingWebhook>,
  path: string,
): FieldError[] => [
  ...validateFullName(webhook.name ?? '', `${path}.name`),
  ...each(webhook.rules, `${path}.rules`, validateRule),
  ...optionalOneOf(`${path}.failurePolicy`, webhook.failurePolicy, failurePolicies),
  ...optionalOneOf(`${path}.matchPolicy`, webhook.matchPolicy, matchPolicies),
  ...validateSideEffects(webhook.sideEffects, `${path}.sideEffects`),
  ...validateTimeout(webhook.timeoutSeconds, `${path}.timeoutSeconds`),
  ...validateLabelSelector(webhook.namespaceSelector, `${path}.namespaceSelector`),
  ...validateLabelSelector(webhook.objectSelector, `${path}.objectSelector`),
  ...optionalOneOf(`${path}.reinvocationPolicy`, webhook.reinvocationPolicy, reinvocationPolicies),
  ...validateWebhookClient(webhook.clientConfig ?? {}, `${path}.clientConfig`),
  ...validateMatchConditions(webhook.matchConditions, `${path}.matchConditions`),
  ...(webhook.matchConditions?.length
    ? expressionChecks.loaded.validateConditionExpressions(
        webhook.matchConditions,
        `${path}.matchConditions`,
      )
    : []),
]

/** A webhook has the name of a domain of three parts. */
function validateFullName(name: string, path: string): FieldError[] {
  if (!name) return [required(path)]
  const problems = checkSubdomain(name)
  if (problems.length > 0) return [invalid(path, name, problems.join(','))]
  return name.split('.').length < 3
    ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')]
    : []
}

function validateSideEffects(given: string | undefined, path: string): FieldError[] {
  if (given === undefined) return [required(path, `must specify one of ${sideEffects.join(', ')}`)]
  return sideEffects.includes(given) ? [] : [notSupported(path, given, sideEffects)]
}

const validateTimeout = (seconds: number | undefined, path: string): FieldError[] =>
  seconds !== undefined && (seconds < 1 || seconds > longestSeconds)
    ? [invalid(path, seconds, `the timeout value must be between 1 and ${longestSeconds} seconds`)]
    : []
