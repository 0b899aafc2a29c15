import type { CustomResourceColumnDefinition } from '#kubernetes/api/apiextensions-v1.ts'
import { humanAge } from '#kubernetes/duration.ts'
import { JsonPath, jsonPathText } from '#kubernetes/jsonpath/json-path.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { Cell, Column } from '../../define-resource.ts'
import { nameColumn } from '../columns.ts'

type CustomColumn = Column<KubernetesObject>

/** The columns of a custom resource: its name, then those of its definition, or else its age. */
export function customColumns(
  columns: readonly CustomResourceColumnDefinition[] | undefined,
): CustomColumn[] {
  return [nameColumn, ...(columns?.length ? columns : [age]).map(customColumn)]
}

const age: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
}

function customColumn(definition: CustomResourceColumnDefinition): CustomColumn {
  const { name, type, format, description, priority = 0, jsonPath } = definition
  const path = new JsonPath(jsonPath)
  return {
    name,
    type: type as CustomColumn['type'],
    ...(format ? { format } : {}),
    description:
      description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    // Any number above 0 is passed on; kubectl hides it without `-o wide`.
    priority: priority as 0 | 1,
    value: (object, now) => cellOf(find(path, object), type, now),
  }
}

/** The first value found; undefined where there is none or the path leads beyond a list's end. */
function find(path: JsonPath, object: unknown): unknown {
  try {
    return path.find(object)[0]
  } catch {
    return undefined
  }
}

function cellOf(value: unknown, type: string, now: number): Cell {
  if (value === undefined) return null
  switch (type) {
    case 'string':
      return value === null ? null : jsonPathText(value)
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null
    case 'number':
      return typeof value === 'number' ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'date':
      if (typeof value !== 'string') return null
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : humanAge(value, now)
    default:
      return null
  }
}
