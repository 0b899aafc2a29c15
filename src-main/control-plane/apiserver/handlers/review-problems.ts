import { each, invalid, malformed, required } from '#control-plane/resources/shared/field-errors.ts'
import { validateOperator } from '#control-plane/resources/shared/label-selector.ts'
import type { ResourceAttributes, SubjectAccessReview } from '#kubernetes/api/authorization-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'

type Spec = SubjectAccessReview['spec']

/** What is wrong with what a review of access asks about, in the words of upstream's ValidateSubjectAccessReviewSpec. */
export function accessProblems({ resourceAttributes, nonResourceAttributes }: Spec): FieldError[] {
  const path = 'spec.resourceAttributes'
  if (!resourceAttributes)
    return nonResourceAttributes
      ? []
      : [
          invalid(
            path,
            null,
            'exactly one of nonResourceAttributes or resourceAttributes must be specified',
          ),
        ]
  return [
    ...(nonResourceAttributes
      ? [
          invalid(
            'spec.nonResourceAttributes',
            nonResourceAttributes,
            'cannot be specified in combination with resourceAttributes',
          ),
        ]
      : []),
    ...selectorProblems(resourceAttributes.fieldSelector, `${path}.fieldSelector`, (key, at) =>
      key ? [] : [required(at, 'must be specified')],
    ),
    ...selectorProblems(resourceAttributes.labelSelector, `${path}.labelSelector`, (key, at) =>
      malformed(at, key, checkQualifiedName(key)),
    ),
  ]
}

/** What is wrong with whom a review of access asks about. */
export const subjectProblems = ({ user, groups }: Spec): FieldError[] =>
  user || groups?.length
    ? []
    : [invalid('spec.user', '', 'at least one of user or group must be specified')]

/** What is wrong with a review of access within a namespace. */
export const localProblems = (
  { resourceAttributes, nonResourceAttributes }: Spec,
  namespace: string,
): FieldError[] => [
  ...(resourceAttributes && (resourceAttributes.namespace ?? '') !== namespace
    ? [
        invalid(
          'spec.resourceAttributes.namespace',
          resourceAttributes.namespace ?? '',
          'must match metadata.namespace',
        ),
      ]
    : []),
  ...(nonResourceAttributes
    ? [
        invalid(
          'spec.nonResourceAttributes',
          nonResourceAttributes,
          'disallowed on this kind of request',
        ),
      ]
    : []),
]

function selectorProblems(
  selector: ResourceAttributes['fieldSelector'] | ResourceAttributes['labelSelector'],
  path: string,
  checkKey: (key: string, path: string) => FieldError[],
): FieldError[] {
  if (!selector) return []
  const { rawSelector, requirements = [] } = selector
  if (rawSelector && requirements.length)
    return [
      invalid(
        `${path}.rawSelector`,
        rawSelector,
        'may not specified at the same time as requirements',
      ),
    ]
  if (!rawSelector && !requirements.length)
    return [
      required(
        `${path}.requirements`,
        `when ${path} is specified, requirements or rawSelector is required`,
      ),
    ]
  return each<{ key: string; operator: string; values?: string[] }>(
    requirements,
    `${path}.requirements`,
    ({ key = '', operator = '', values = [] }, at) => [
      ...checkKey(key, `${at}.key`),
      ...(operators.has(operator) ? validateOperator(operator, values, at) : []),
    ],
  )
}

/** Others are left to who evaluates them. */
const operators = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist'])
