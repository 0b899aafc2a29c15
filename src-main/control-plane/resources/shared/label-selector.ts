import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import { checkLabelValue, checkQualifiedName } from '#kubernetes/names.ts'
import { labelSelectorOf } from '#kubernetes/selectors/label-selector.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, forbidden, invalid, malformed, required } from './field-errors.ts'
import { validateLabels } from './object-meta.ts'

/** A selector for a column: `<none>` when it is empty, `<error>` when it is broken. */
export function selectorText(selector: LabelSelector | undefined): string {
  try {
    return labelSelectorOf(selector).toString() || '<none>'
  } catch {
    return '<error>'
  }
}

/** What is wrong with a label selector. */
export const validateLabelSelector = (
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] => [
  ...validateLabels(selector?.matchLabels, `${path}.matchLabels`),
  ...each(selector?.matchExpressions, `${path}.matchExpressions`, (requirement, path) => {
    const { key = '', operator, values = [] } = requirement
    return [
      ...validateOperator(operator, values, path),
      ...malformed(`${path}.key`, key, checkQualifiedName(key)),
      ...each(values, `${path}.values`, (value, path) =>
        malformed(path, value, checkLabelValue(value)),
      ),
    ]
  }),
]

/** What the operators that label and node selectors share ask of their values. */
export function validateOperator(operator: string, values: string[], path: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [
            forbidden(
              `${path}.values`,
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          ]
    default:
      return [invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator')]
  }
}
