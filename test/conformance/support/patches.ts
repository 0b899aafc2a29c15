import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'

/** Options of a patch request: its body is a JSON merge patch. */
export const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

/** Options of a patch request: its body is a strategic merge patch. */
export const strategicMergePatch = setHeaderOptions(
  'Content-Type',
  PatchStrategy.StrategicMergePatch,
)

/** Options of a patch request: its body is a list of JSON patch operations. */
export const jsonPatch = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)
