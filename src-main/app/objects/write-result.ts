import { errorMessage } from '#base/errors.ts'
import type { ApiResponse } from '#client/transport.ts'
import type { WriteResult } from '#contract/objects.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { object, text, type Untyped } from '../status/conditions.ts'
import { type Locate, type Position, refusedField } from './field-position.ts'
import { formatManifest } from './manifests.ts'
import { fitToShow } from './secrets.ts'

export type Outcome = WriteResult['outcome']
type Named = Pick<WriteResult, 'kind' | 'name'> & { namespace?: string | undefined }

/** The kind, name and namespace of a manifest. */
export function nameOf(manifest: Untyped): Named {
  const metadata = object(manifest['metadata'])
  return {
    kind: text(manifest['kind']),
    name: text(metadata['name']) || text(metadata['generateName']),
    namespace: text(metadata['namespace']) || undefined,
  }
}

const base = ({ kind, name, namespace }: Named) => ({
  kind,
  name,
  ...(namespace ? { namespace } : {}),
})

/** A write that went well, with the object as the server answered it and its warnings. */
export async function succeeded(
  named: Named,
  outcome: Outcome,
  { answer, warnings }: Answer,
): Promise<WriteResult> {
  const isObject = answer['kind'] !== 'Status'
  return {
    ...base(named),
    outcome,
    ...(isObject ? { yaml: await formatManifest(fitToShow(answer)) } : {}),
    warnings,
  }
}

/** What a server answered to a write. */
export interface Answer {
  answer: Untyped
  warnings: string[]
}

/** Reads an answer, once. */
export async function readAnswer(response: ApiResponse): Promise<Answer> {
  return { answer: await response.json<Untyped>(), warnings: warningsOf(response) }
}

/** Where in a text stands what the server refused; undefined when it doesn't say or the text doesn't hold it. */
export function placeOf(error: unknown, locate: Locate): Position | undefined {
  if (!(error instanceof StatusError)) return undefined
  const field = refusedField(error.message, error.status.details?.causes ?? [])
  return field === undefined ? undefined : locate(field)
}

/** How the refusal of a patch begins, behind which the whole object stands once more. */
const wholePatch = /^ "" is invalid: patch: Invalid value: "(?:[^"\\]|\\.)*": /

/** A write that failed, with the server's own words. Errors that are no answer of a server are passed on as code 0. */
export function failed(
  named: Named,
  error: unknown,
  at?: { line: number; column: number },
): WriteResult {
  const status = error instanceof StatusError ? error.status : undefined
  const causes = status?.details?.causes ?? []
  return {
    ...base(named),
    outcome: 'failed',
    error: {
      code: status?.code ?? 0,
      reason: status?.reason ?? '',
      message: errorMessage(error).replace(wholePatch, ''),
      conflicts: causes
        .filter(cause => cause.reason === 'FieldManagerConflict')
        .map(cause => ({
          field: cause.field ?? '',
          manager: /conflict with "([^"]*)"/.exec(cause.message ?? '')?.[1] ?? '',
          message: cause.message ?? '',
        })),
      ...at,
    },
    warnings: [],
  }
}

/** The texts of `Warning: 299 - "…"` headers. */
function warningsOf(response: ApiResponse): string[] {
  const header = response.headers['warning'] ?? ''
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(match =>
    (match[1] ?? '').replace(/\\(.)/g, '$1'),
  )
}
