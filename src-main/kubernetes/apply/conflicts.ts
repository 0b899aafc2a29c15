import { type StatusError, statusError } from '../status-error.ts'
import type { Manager } from './managed-fields.ts'
import { type PathElement, pathText } from './path-element.ts'

/** A field that another manager owns and that the applied configuration would change. */
export interface Conflict {
  manager: Manager
  path: PathElement[]
}

/** The 409 of an apply, in Kubernetes' words, with one cause per field. */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(manager)}`,
    field: pathText(path),
  }))
  return statusError('Conflict', messageOf(conflicts), { causes })
}

function messageOf(conflicts: readonly Conflict[]): string {
  const [only, ...more] = conflicts
  if (only && !more.length)
    return `Apply failed with 1 conflict: conflict with ${managerText(only.manager)}: ${pathText(only.path)}`
  const byManager = Map.groupBy(conflicts, ({ manager }) => managerText(manager))
  const lines = [...byManager].flatMap(([manager, own]) => [
    `conflicts with ${manager}:`,
    ...own.map(({ path }) => `- ${pathText(path)}`),
  ])
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}

function managerText({ name, operation, apiVersion, subresource }: Manager): string {
  const where = subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''
  return `${JSON.stringify(name)}${where}${operation === 'Update' ? ` using ${apiVersion}` : ''}`
}
