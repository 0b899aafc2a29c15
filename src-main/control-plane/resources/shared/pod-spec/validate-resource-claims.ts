import type { PodResourceClaim, PodSpec, ResourceClaim } from '#kubernetes/api/core-v1.ts'
import { checkLabel, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { asPrinted } from '../as-printed.ts'
import {
  duplicate,
  each,
  invalid,
  malformed,
  notFound,
  optionalForm,
  required,
} from '../field-errors.ts'

/** What is wrong with a pod's claims of devices. */
export function validatePodClaims(
  claims: PodResourceClaim[] | undefined,
  path: string,
): FieldError[] {
  const names = (claims ?? []).map(({ name }) => name)
  return each(claims, path, (claim, path, index) => {
    const { name, resourceClaimName: direct, resourceClaimTemplateName: template } = claim
    return [
      ...(!name
        ? [required(`${path}.name`)]
        : names.indexOf(name) < index
          ? [duplicate(`${path}.name`, name)]
          : malformed(`${path}.name`, name, checkLabel(name))),
      ...(direct !== undefined && template !== undefined
        ? [
            invalid(
              path,
              asPrinted('v1', 'PodResourceClaim', claim),
              'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
            ),
          ]
        : []),
      ...(direct === undefined && template === undefined
        ? [
            invalid(
              path,
              asPrinted('v1', 'PodResourceClaim', claim),
              'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
            ),
          ]
        : []),
      ...optionalForm(`${path}.resourceClaimName`, direct, checkSubdomain),
      ...optionalForm(`${path}.resourceClaimTemplateName`, template, checkSubdomain),
    ]
  })
}

/** What is wrong with the claims that a container uses: they are those of its pod. */
export function validateContainerClaims(
  claims: ResourceClaim[] | undefined,
  path: string,
  { resourceClaims }: PodSpec,
): FieldError[] {
  const known = (resourceClaims ?? []).map(({ name }) => name).toSorted()
  const used = (claims ?? []).map(({ name, request = '' }) => `${name}/${request}`)
  const names = known.length > 0 ? `: ${known.join(', ')}` : ' which is empty'
  return each(claims, path, ({ name, request }, path, index) => {
    if (!name) return [required(path)]
    return [
      ...(used.indexOf(`${name}/${request ?? ''}`) < index ? [duplicate(path, name)] : []),
      ...(known.includes(name)
        ? []
        : [notFound(path, name, `must be one of the names in pod.spec.resourceClaims${names}`)]),
      ...optionalForm(`${path}.request`, request, checkLabel),
    ]
  })
}
